import { jobState } from "../jobs/job-state.ts";
import type { Evidence, Finding } from "./diagnosis.ts";
import { words } from "./diagnosis.ts";
import { hasStarted } from "./started.ts";
import { endedBefore } from "./stopped.ts";

/** What every deadline has in common. */
export const DEADLINE = {
  category: "deadline",
  remedy: "Raise activeDeadlineSeconds, or find out what took so long; the time until the pod has a node counts, too.",
  retryable: false,
  final: true,
} as const;

/** The Job's time was up: before the containers, which only say that they were told to stop. */
export function deadline(evidence: Evidence): Finding | null {
  const { job } = evidence;
  const state = job ? jobState(job) : null;
  if (state?.kind !== "failed" || state.reason !== "DeadlineExceeded") return null;
  const conditions = job?.status?.conditions ?? [];
  // The first to stand: `FailureTarget`, at the deadline; `Failed` waits for the pod to end.
  const at = conditions.find(({ type }) => type === "FailureTarget" || type === "Failed")?.lastTransitionTime;
  if (endedBefore(evidence, at)) return null;
  return {
    ...DEADLINE,
    summary: "The Job passed its activeDeadlineSeconds",
    detail: words(state.message, lastTrouble(evidence)),
  };
}

/** What kept the pod from running until then. */
function lastTrouble({ pod, container, events = [] }: Evidence): string | undefined {
  if (!pod || hasStarted({ pod, container })) return undefined;
  const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False");
  return unscheduled?.message ?? events.findLast(({ reason }) => reason?.startsWith("Failed"))?.message;
}
