import type { Job } from "../objects.ts";

/** What a Job says of itself. Counters are not asked: between two pods they lie. */
export type JobState =
  | { readonly kind: "active" }
  /** `spec.suspend`: it gets no pods. */
  | { readonly kind: "suspended" }
  /** `settled`: all its pods have ended (`Complete`); before, the verdict stands already (`SuccessCriteriaMet`, since Kubernetes 1.31). */
  | { readonly kind: "succeeded"; readonly settled: boolean }
  /** `reason` is the condition's, such as `BackoffLimitExceeded`; `settled`: all its pods have ended (`Failed`, not only `FailureTarget`). */
  | { readonly kind: "failed"; readonly reason: string; readonly message: string; readonly settled: boolean }
  /** It is being deleted before it had a verdict. */
  | { readonly kind: "deleting" };

/** The verdict of a Job's conditions, or what it is at until there is one. */
export function jobState(job: Job): JobState {
  const conditions = (job.status?.conditions ?? []).filter(({ status }) => status === "True");
  const settled = conditions.some(({ type }) => type === "Complete" || type === "Failed");
  for (const { type, reason, message } of conditions) {
    if (type === "Complete" || type === "SuccessCriteriaMet") return { kind: "succeeded", settled };
    if (type === "Failed" || type === "FailureTarget") {
      return { kind: "failed", reason: reason ?? type, message: message ?? "", settled };
    }
  }
  if (job.metadata?.deletionTimestamp) return { kind: "deleting" };
  return { kind: job.spec?.suspend ? "suspended" : "active" };
}
