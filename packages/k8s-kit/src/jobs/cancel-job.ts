import { abortable, deadline } from "../time/deadline.ts";
import { changeOrTime } from "./change-or-time.ts";
import { deleteJob, deletePod } from "./delete-job.ts";
import type { ObservedJob } from "./observed-job.ts";
import { podsOf } from "./pods-of.ts";

export interface CancelOptions {
  readonly signal?: AbortSignal;
  /** Bound on all of it, milliseconds: the deletion, the grace of the pods, the rest of the log. */
  readonly timeoutMs: number;
  /** Pods get at most this long to end, seconds, 1 at least; their own `terminationGracePeriodSeconds` unless given. */
  readonly gracePeriodSeconds?: number;
  /** Settles when the caller has read the log to its end: the last lines often say why something stopped. */
  readonly drained?: Promise<unknown>;
}

/** What a cancel came to. */
export interface Cancelled {
  /** Were all pods of the Job seen to be gone? Only then does nothing of it run any more. */
  readonly gone: boolean;
  /** What went wrong on the way; empty where nothing did. */
  readonly errors: readonly unknown[];
}

/** How often pods are looked for that the view has not shown, milliseconds. */
const LOOK_MS = 2_000;
/** Of a pod that names none (API reference, PodSpec). */
const DEFAULT_GRACE_SECONDS = 30;

/**
 * Ends a Job: deletes it by uid, waits until its pods are gone and its log is drained. Goes on after an error as far as it can,
 * and tells all of them. Never throws.
 */
export async function cancelJob(
  job: ObservedJob,
  { signal, timeoutMs, gracePeriodSeconds, drained }: CancelOptions,
): Promise<Cancelled> {
  const { cluster, ref } = job;
  using limit = deadline(cluster.clock, timeoutMs, `ending Job ${ref.name}`, signal);
  const errors: unknown[] = [];
  drained?.catch(() => undefined); // Looked at when the pods are gone, or never.
  try {
    await deleteJob(cluster, ref, limit.signal);
    // With 0 a pod is taken out of sight while its containers may go on: nobody would see it gone.
    if (gracePeriodSeconds !== undefined)
      errors.push(...(await hurry(job, Math.max(1, gracePeriodSeconds), limit.signal)));
    await podsAreGone(job, limit.signal);
  } catch (error) {
    return { gone: false, errors: [...errors, error] };
  }
  try {
    await abortable(Promise.resolve(drained), limit.signal);
  } catch (error) {
    errors.push(error);
  }
  return { gone: true, errors };
}

/** Shortens the grace of pods that would take longer. @returns what failed; the pods then take their own time */
async function hurry(
  { cluster, ref }: ObservedJob,
  gracePeriodSeconds: number,
  signal: AbortSignal,
): Promise<unknown[]> {
  const slow = (await podsOf(cluster, ref, signal)).filter(
    ({ spec }) => (spec?.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS) > gracePeriodSeconds,
  );
  const deletions = await Promise.allSettled(slow.map((pod) => deletePod(cluster, pod, gracePeriodSeconds, signal)));
  return deletions.flatMap((deletion) => (deletion.status === "rejected" ? [deletion.reason as unknown] : []));
}

/** Waits until the Job and every pod of it are gone: seen to go, and then looked for and not there. */
async function podsAreGone(job: ObservedJob, signal: AbortSignal): Promise<void> {
  const { clock } = job.cluster;
  for (;;) {
    const changed = job.changed();
    const seenToGo = job.state.kind === "deleted" && job.pods.every(({ gone }) => gone);
    // A Job that was never seen to have a pod may just have been given one.
    if (seenToGo && job.pods.length === 0) await clock.sleep(LOOK_MS, signal);
    if (seenToGo && (await podsOf(job.cluster, job.ref, signal)).length === 0) return;
    await changeOrTime(changed, clock, LOOK_MS, signal);
  }
}
