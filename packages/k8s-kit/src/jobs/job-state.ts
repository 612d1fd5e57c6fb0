import type { Job } from "../objects.ts";

/** What a Job says of itself. Counters are not asked: between two pods they lie. */
export type JobState =
  | { readonly kind: "active" }
  | { readonly kind: "succeeded" }
  /** `reason` is the condition's, such as `BackoffLimitExceeded` or `DeadlineExceeded`. */
  | { readonly kind: "failed"; readonly reason: string; readonly message: string };

/**
 * The verdict of a Job's conditions. `SuccessCriteriaMet` and `FailureTarget` come first (since Kubernetes 1.31), `Complete`
 * and `Failed` once all pods have ended; the first is enough.
 */
export function jobState(job: Job): JobState {
  for (const condition of job.status?.conditions ?? []) {
    if (condition.status !== "True") continue;
    if (condition.type === "Complete" || condition.type === "SuccessCriteriaMet") return { kind: "succeeded" };
    if (condition.type === "Failed" || condition.type === "FailureTarget") {
      return { kind: "failed", reason: condition.reason ?? condition.type, message: condition.message ?? "" };
    }
  }
  return { kind: "active" };
}
