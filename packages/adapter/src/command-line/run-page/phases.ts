import { CONTAINER_NAME } from "@opencode-k8s/job-manifest";
import type { Job, Pod } from "@opencode-k8s/k8s-kit";
import type { Span } from "./recording.ts";

export interface Phase extends Span {
  readonly name: string;
}

/**
 * What a run went through in the cluster, by the times that Kubernetes keeps, which are whole seconds.
 * @param now wall clock, milliseconds since the epoch: the end of what goes on
 */
export function phasesOf(job: Job, pod: Pod | null, now: number): Phase[] {
  const created = time(job.metadata?.creationTimestamp);
  if (created === null) return [];
  const scheduled = conditionAt(pod, "PodScheduled");
  const started = startedAt(pod);
  const finished = finishedAt(pod) ?? time(job.status?.completionTime);
  const podCreated = time(pod?.metadata?.creationTimestamp);
  const ends = finished ?? now;
  const steps: readonly (readonly [name: string, from: number | null])[] = [
    ["being prepared", created],
    ["waiting for a node", podCreated],
    ["pulling its image, starting", scheduled],
    ["running OpenCode", started],
  ];
  const known = steps.flatMap(([name, start]) => (start === null ? [] : [{ name, start }]));
  return known.map(({ name, start }, at) => ({ name, start, end: Math.max(start, known[at + 1]?.start ?? ends) }));
}

/** When the container with OpenCode began, milliseconds since the epoch; `null` where it has not. */
export function startedAt(pod: Pod | null): number | null {
  const { running, terminated } = stateOf(pod);
  return time(running?.startedAt ?? terminated?.startedAt);
}

function finishedAt(pod: Pod | null): number | null {
  return time(stateOf(pod).terminated?.finishedAt);
}

function stateOf(
  pod: Pod | null,
): NonNullable<NonNullable<NonNullable<Pod["status"]>["containerStatuses"]>[0]["state"]> {
  return pod?.status?.containerStatuses?.find(({ name }) => name === CONTAINER_NAME)?.state ?? {};
}

function conditionAt(pod: Pod | null, type: string): number | null {
  const condition = pod?.status?.conditions?.find((one) => one.type === type && one.status === "True");
  return time(condition?.lastTransitionTime);
}

function time(text: string | null | undefined): number | null {
  const ms = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}
