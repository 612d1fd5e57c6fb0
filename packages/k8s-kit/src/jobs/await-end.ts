import type { Diagnosis } from "../diagnosis/index.ts";
import type { ObservedJob } from "./observed-job.ts";
import type { ContainerEnd } from "./pod-state.ts";

/** How a Job came to its end. */
export type JobEnd =
  /** `end` is the kubelet's word on the container, where it was seen. */
  | { readonly kind: "succeeded"; readonly end: ContainerEnd | null }
  | { readonly kind: "failed"; readonly end: ContainerEnd | null; readonly diagnosis: Diagnosis | null }
  /** The Job was deleted before it had a verdict: that is not a failure of its work. */
  | { readonly kind: "deleted"; readonly end: ContainerEnd | null };

/**
 * Waits for the verdict of a Job's conditions: also the end of one that retries its pods. The container of a Job without retries
 * is known to be over two seconds earlier: `job.until(() => job.over, …)`; and only there with a mesh sidecar that never ends.
 * @param options `outageMs`: how long the cluster may be out of sight, milliseconds; 10 minutes unless given
 * @throws what kept the cluster out of sight for `outageMs` (may be tried again: the Job goes on); InvalidInputError when the
 *   pod has no such container; the signal's reason; Error once the observation has ended
 */
export async function awaitEnd(
  job: ObservedJob,
  options: { readonly signal: AbortSignal; readonly outageMs?: number },
): Promise<JobEnd> {
  await job.until(() => endOf(job) !== null, options);
  return endOf(job) ?? { kind: "deleted", end: job.end };
}

function endOf(job: ObservedJob): JobEnd | null {
  const { state, end } = job;
  const verdict = state.kind === "deleted" ? state.last : state;
  if (verdict?.kind === "succeeded") return { kind: "succeeded", end };
  if (verdict?.kind === "failed") return { kind: "failed", end, diagnosis: job.diagnosis() };
  return state.kind === "deleted" ? { kind: "deleted", end } : null;
}
