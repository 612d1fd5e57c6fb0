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
import type { ErrorCode } from "./codes.ts";
import type { Failure } from "./verdict.ts";

/** What an error means for whoever configured the agent, or runs the cluster. */
export function explain(error: unknown): Failure {
  if (error instanceof ConfigError || error instanceof ManifestError) {
    return failure("configuration_incomplete", error.message);
  }
  if (error instanceof KubeConfigError) {
    const remedy = "give the path of a readable kubeconfig, or run Paperclip in the cluster";
    return failure("configuration_incomplete", `kubeconfig: ${error.message}; ${remedy}`);
  }
  if (error instanceof LaunchError) {
    const cause = explain(error.cause);
    return { ...cause, message: `${cause.message} ${error.note}`.trim() };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof AgentBusyError || error instanceof ClaimLostError) {
    return failure("k8s_concurrent_run_blocked", message, true);
  }
  if (error instanceof GuardError || error instanceof ForeignLeaseError) {
    return failure("k8s_concurrency_guard_unreachable", message);
  }
  if (isUnauthorized(error)) {
    const remedy = "The credentials of the key kubeconfig are not valid (any more); renew them.";
    return failure("k8s_unauthorized", `${message}. ${remedy}`);
  }
  if (isForbidden(error) && message.includes("exceeded quota")) {
    return failure("k8s_job_create_failed", `${message}. Raise the quota, or let other runs end first.`, true);
  }
  if (isForbidden(error)) {
    const remedy = "Grant the right to the identity of the key kubeconfig, or mend what the namespace's policy names.";
    return failure("k8s_forbidden", `${message}. ${remedy}`);
  }
  if (isTransient(error) || (error instanceof KubernetesError && error.status === null)) {
    const remedy = "Check that the server of the key kubeconfig is up, and can be reached from the Paperclip server.";
    return failure("k8s_api_unreachable", `${message}. ${remedy}`, isTransient(error));
  }
  if (error instanceof KubernetesError) return failure("k8s_job_create_failed", message);
  return failure("k8s_internal_error", `The adapter failed: ${message}`);
}

function failure(code: ErrorCode, message: string, transient: boolean = false): Failure {
  return { ok: false, code, message, transient };
}
