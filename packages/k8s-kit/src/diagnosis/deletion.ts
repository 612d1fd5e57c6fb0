import type { Evidence, Finding } from "./diagnosis.ts";
import { mayHaveStarted } from "./started.ts";
import { isDeleted } from "./stopped.ts";

/** Somebody deleted the Job or its pod, and no condition says who. */
export function deletion(evidence: Evidence): Finding | null {
  if (!isDeleted(evidence)) return null;
  const { pod, job } = evidence;
  const jobGone = evidence.jobDeleted === true || job?.metadata?.deletionTimestamp !== undefined || !pod;
  return {
    category: "deleted",
    summary: jobGone ? "The Job was deleted from outside" : "The pod, or its Job, was deleted from outside",
    detail: "",
    remedy: "Find out who deleted it (the audit log, a clean-up job, ttlSecondsAfterFinished), then run it again.",
    // Who deletes a Job wants it to end; a pod that had not begun is no loss.
    retryable: !jobGone && !mayHaveStarted(evidence),
    final: true,
  };
}
