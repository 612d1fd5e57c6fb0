import type { AdapterExecutionResult } from "@paperclipai/adapter-utils";
import { ManifestError } from "@opencode-k8s/job-manifest";
import {
  ClaimLostError,
  ForeignLeaseError,
  isForbidden,
  isTransient,
  isUnauthorized,
  KubeConfigError,
  KubernetesError,
} from "@opencode-k8s/k8s-kit";
import { ConfigError } from "../config/index.ts";
import { AgentBusyError, GuardError } from "../exclusion/index.ts";
import { LaunchError } from "../launch-error.ts";
import type { Cleaner } from "../log/index.ts";
import { isDetach } from "../paperclip/index.ts";
import { acknowledged, ENDED_IN_ORDER, NEVER_BEGUN } from "./recovery.ts";

interface Attempt {
  /** Cancel, or that this process has to leave the run. */
  readonly cancel: AbortSignal;
  readonly cleaner: Cleaner;
  /** Wall clock, milliseconds since the epoch. */
  readonly now: number;
}

/**
 * The result of a run that could not begin. Whatever is thrown, Paperclip gets a sentence; and evidence that nothing goes on
 * only where there never was a Job, or where it was seen to be gone with its pods.
 */
export function concludeError(error: unknown, { cancel, cleaner, now }: Attempt): AdapterExecutionResult {
  const { code, message, transient } = cancel.aborted ? stoppedBy(cancel, error) : explain(error);
  const nothingLeft = !(error instanceof LaunchError) || error.takenBack === "gone";
  const isCancelled = code === "cancelled";
  // Paperclip blocks the issue of an incomplete configuration by itself, without a hold.
  const isRetried = !isCancelled && code !== "k8s_detached" && code !== "configuration_incomplete";
  return {
    exitCode: 1,
    signal: null,
    timedOut: false,
    errorCode: code,
    errorMessage: cleaner.text(message),
    errorFamily: transient ? "transient_upstream" : null,
    ...(isCancelled && nothingLeft
      ? { executionRecovery: ENDED_IN_ORDER, resultJson: { executionCancellation: acknowledged(now) } }
      : {}),
    ...(isRetried && nothingLeft ? { executionRecovery: NEVER_BEGUN } : {}),
  };
}

interface Explanation {
  readonly code: string;
  readonly message: string;
  /** The cause passes by itself. */
  readonly transient?: boolean;
}

function stoppedBy(cancel: AbortSignal, error: unknown): Explanation {
  const when =
    error instanceof LaunchError ? `while its Job was being made: ${error.message}` : "before its Job was there.";
  return isDetach(cancel)
    ? { code: "k8s_detached", message: `The server went away ${when}` }
    : { code: "cancelled", message: `The run was cancelled ${when}` };
}

/** What an error means for whoever configured the agent, or runs the cluster. */
export function explain(error: unknown): Explanation {
  if (error instanceof ConfigError || error instanceof ManifestError) {
    return { code: "configuration_incomplete", message: error.message };
  }
  if (error instanceof KubeConfigError) {
    const remedy = "give the path of a readable kubeconfig, or run Paperclip in the cluster";
    return { code: "configuration_incomplete", message: `kubeconfig: ${error.message}; ${remedy}` };
  }
  if (error instanceof LaunchError) {
    const { message, ...rest } = explain(error.cause);
    return { ...rest, message: `${message} ${error.note}`.trim() };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof AgentBusyError || error instanceof ClaimLostError) {
    return { code: "k8s_concurrent_run_blocked", message, transient: true };
  }
  if (error instanceof GuardError || error instanceof ForeignLeaseError) {
    return { code: "k8s_concurrency_guard_unreachable", message };
  }
  if (isUnauthorized(error)) {
    const remedy = "The credentials of the key kubeconfig are not valid (any more); renew them.";
    return { code: "k8s_unauthorized", message: `${message}. ${remedy}` };
  }
  if (isForbidden(error)) {
    const remedy = "Grant the right to the identity of the key kubeconfig, or mend what the namespace's policy names.";
    return { code: "k8s_forbidden", message: `${message}. ${remedy}` };
  }
  if (isTransient(error) || (error instanceof KubernetesError && error.status === null)) {
    const remedy = "Check that the server of the key kubeconfig is up, and can be reached from the Paperclip server.";
    return { code: "k8s_api_unreachable", message: `${message}. ${remedy}`, transient: isTransient(error) };
  }
  if (error instanceof KubernetesError) return { code: "k8s_job_create_failed", message };
  return { code: "k8s_internal_error", message: `The adapter failed: ${message}` };
}
