import { timestamp } from "../time.ts";
import type { Job, Pod } from "../wire.ts";

/** Holds a pod of a Job until the Job has counted it. */
export const TRACKING_FINALIZER = "batch.kubernetes.io/job-tracking";

type JobCondition = NonNullable<Job["status"]["conditions"]>[number];

/** How a Job ends: the condition that says so early, and the one that says so when nothing runs any more. */
export interface Verdict {
  early: "SuccessCriteriaMet" | "FailureTarget";
  final: "Complete" | "Failed";
  reason: string;
  message: string;
}

export const COMPLETED: Verdict = {
  early: "SuccessCriteriaMet",
  final: "Complete",
  reason: "CompletionsReached",
  message: "Reached expected number of succeeded pods",
};
export const BACKOFF_LIMIT: Verdict = {
  early: "FailureTarget",
  final: "Failed",
  reason: "BackoffLimitExceeded",
  message: "Job has reached the specified backoff limit",
};
export const DEADLINE: Verdict = {
  early: "FailureTarget",
  final: "Failed",
  reason: "DeadlineExceeded",
  message: "Job was active longer than specified deadline",
};

/** A Job's pods, by what they mean for it. */
export interface PodCount {
  /** Neither over nor being deleted. */
  active: Pod[];
  /** Being deleted, and not over yet. */
  terminating: Pod[];
  ready: number;
  /** Over, and not counted in the Job's status yet. */
  uncountedSucceeded: Pod[];
  uncountedFailed: Pod[];
}

/** With `countTerminating`, a pod that is being deleted has failed already. */
export function countPods(pods: Pod[], countTerminating: boolean): PodCount {
  const isOver = ({ status }: Pod): boolean => status.phase === "Succeeded" || status.phase === "Failed";
  const isDeleted = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;
  const tracked = pods.filter(({ metadata }) => metadata.finalizers?.includes(TRACKING_FINALIZER));
  return {
    active: pods.filter((pod) => !isOver(pod) && !isDeleted(pod)),
    terminating: pods.filter((pod) => !isOver(pod) && isDeleted(pod)),
    ready: pods.filter(({ status }) =>
      status.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True"),
    ).length,
    uncountedSucceeded: tracked.filter(({ status }) => status.phase === "Succeeded"),
    uncountedFailed: tracked.filter(
      (pod) => pod.status.phase === "Failed" || (countTerminating && !isOver(pod) && isDeleted(pod)),
    ),
  };
}

/** Under OnFailure it is restarts that count against `backoffLimit`, of the pods that are not over. */
export function restartsExhausted({ template, backoffLimit = 6 }: Job["spec"], active: Pod[]): boolean {
  if (template.spec?.restartPolicy !== "OnFailure") return false;
  const statuses = active.flatMap(({ status }) => [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
  ]);
  const restarts = statuses.reduce((sum, { restartCount }) => sum + restartCount, 0);
  return backoffLimit === 0 ? restarts > 0 : restarts >= backoffLimit;
}

export function hasCondition(job: Job, ...types: string[]): boolean {
  return (job.status.conditions ?? []).some(({ type, status }) => status === "True" && types.includes(type));
}

/** The verdict that a Job already carries. */
export function verdictOf(job: Job): Verdict | undefined {
  const early = job.status.conditions?.find(({ type }) => type === "SuccessCriteriaMet" || type === "FailureTarget");
  if (!early) return undefined;
  return [COMPLETED, BACKOFF_LIMIT, DEADLINE].find(({ reason }) => reason === early.reason);
}

export function condition(type: string, { reason, message }: Verdict, nowMs: number): JobCondition {
  const now = timestamp(nowMs);
  return { type, status: "True", lastProbeTime: now, lastTransitionTime: now, reason, message };
}

/** The status as the controller writes it: zeros left out where the real one leaves them out. The first write starts the Job. */
export function writeCounts(
  job: Job,
  count: PodCount,
  counted: { succeeded: number; failed: number },
  { uncounted, nowMs }: { uncounted: boolean; nowMs: number },
): void {
  const { conditions, startTime, completionTime } = job.status;
  const uids = (pods: Pod[]): string[] => pods.map(({ metadata }) => metadata.uid);
  job.status = {
    ...(conditions && { conditions }),
    startTime: startTime ?? timestamp(nowMs),
    ...(completionTime && { completionTime }),
    ...(count.active.length > 0 && { active: count.active.length }),
    ...(counted.succeeded > 0 && { succeeded: counted.succeeded }),
    ...(counted.failed > 0 && { failed: counted.failed }),
    terminating: count.terminating.length,
    uncountedTerminatedPods: {
      ...(uncounted && count.uncountedSucceeded.length > 0 && { succeeded: uids(count.uncountedSucceeded) }),
      ...(uncounted && count.uncountedFailed.length > 0 && { failed: uids(count.uncountedFailed) }),
    },
    ready: count.ready,
  };
}
