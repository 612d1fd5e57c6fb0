import type { AdapterExecutionResult } from "@paperclipai/adapter-utils";
import { ManifestError } from "@opencode-k8s/job-manifest";
import { DeadlineError, isForbidden, isUnauthorized, KubeConfigError, KubernetesError } from "@opencode-k8s/k8s-kit";
import { ConfigError } from "../config/index.ts";

/**
 * The result of a run that could not begin, or that we may not watch. Whatever is thrown, Paperclip gets a sentence.
 * @param cancel Paperclip's signal: aborted before there was a Job, it leaves nothing behind
 */
export function concludeError(error: unknown, cancel?: AbortSignal): AdapterExecutionResult {
  const { code, message, transient } = cancel?.aborted ? CANCELLED : explain(error);
  return {
    exitCode: 1,
    signal: null,
    timedOut: false,
    errorCode: code,
    errorMessage: message.replaceAll("\0", "\uFFFD").toWellFormed(),
    errorFamily: transient ? "transient_upstream" : null,
  };
}

interface Explanation {
  readonly code: string;
  readonly message: string;
  readonly transient?: boolean;
}

const CANCELLED: Explanation = { code: "cancelled", message: "The run was cancelled before its Job was there." };

function explain(error: unknown): Explanation {
  if (error instanceof ConfigError || error instanceof ManifestError) {
    return { code: "configuration_incomplete", message: error.message };
  }
  if (error instanceof KubeConfigError) {
    const remedy = "give the path of a readable kubeconfig, or run Paperclip in the cluster";
    return { code: "configuration_incomplete", message: `kubeconfig: ${error.message}; ${remedy}` };
  }
  if (isUnauthorized(error)) {
    const remedy = "The credentials of the key kubeconfig are not valid (any more); renew them.";
    return { code: "k8s_unauthorized", message: `${error.message}. ${remedy}` };
  }
  if (isForbidden(error)) {
    const remedy = "Grant the right to the identity of the key kubeconfig, or mend what the namespace's policy names.";
    return { code: "k8s_forbidden", message: `${error.message}. ${remedy}` };
  }
  if (error instanceof DeadlineError || (error instanceof KubernetesError && error.status === null)) {
    const remedy = "Check that the server of the key kubeconfig is up, and can be reached from the Paperclip server.";
    return { code: "k8s_api_unreachable", message: `${error.message}. ${remedy}`, transient: true };
  }
  if (error instanceof KubernetesError) return { code: "k8s_job_create_failed", message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { code: "k8s_internal_error", message: `The adapter failed: ${message}` };
}
