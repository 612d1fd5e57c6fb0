import { jobState } from "../jobs/job-state.ts";
import type { Evidence, Finding } from "./diagnosis.ts";

/** Refusals that pass: a quota that others hold, a webhook that does not answer. */
const PASSING = /exceeded quota|failed calling webhook|timed? ?out|connection refused/i;
/** Refusals of the pod as it is written: policies of the API server's own, and others that answered. */
const HOPELESS = /violates PodSecurity|(maximum|minimum) \S+ usage per|denied (the )?request/i;

/** A Job without a pod: its controller says why in an event, and goes on trying. */
export function refused({ pod, events = [] }: Evidence): Finding | null {
  const event = pod ? undefined : events.findLast(({ reason }) => reason === "FailedCreate");
  if (!event) return null;
  const detail = event.message ?? "";
  const retryable = PASSING.test(detail);
  return {
    category: "pod_rejected",
    summary: "The cluster refused the pod",
    detail,
    remedy: "The message names who refuses: a ResourceQuota, a LimitRange, Pod Security, a policy or a webhook.",
    retryable,
    final: HOPELESS.test(detail) && !retryable,
  };
}

/** A Job that failed, and nothing that is left of its pods says why. */
export function jobFailed({ job }: Evidence): Finding | null {
  const state = job ? jobState(job) : null;
  if (state?.kind !== "failed") return null;
  return {
    category: "unknown",
    summary: `The Job failed: ${state.reason}`,
    detail: state.message,
    remedy: "See the Job's events with `kubectl describe job`.",
    retryable: false,
    final: true,
  };
}
