import type { Event } from "../objects.ts";
import type { PodState } from "./pod-state.ts";

/** How long a pod may take for each part of its way, milliseconds. Each has its own clock. */
export interface StartWindows {
  /** Until it has a node. An autoscaler that buys one begins this window anew. */
  readonly scheduleMs: number;
  /** From the first image pull that failed. */
  readonly imagePullMs: number;
  /** From the node to the running container: volumes, init containers, a slow pull. */
  readonly startMs: number;
}

/** The part of its way that a pod is on. */
export type StartPhase = "schedule" | "imagePull" | "start";

/** What a pod has used of its windows; counts only the time in which it was seen. */
export class StartClock {
  readonly #windows: Record<StartPhase, number>;
  #spent: Record<StartPhase, number> = { schedule: 0, imagePull: 0, start: 0 };

  constructor({ scheduleMs, imagePullMs, startMs }: StartWindows) {
    this.#windows = { schedule: scheduleMs, imagePull: imagePullMs, start: startMs };
  }

  spend(phase: StartPhase, ms: number): void {
    this.#spent[phase] += ms;
  }

  /** Milliseconds left in a window. */
  left(phase: StartPhase): number {
    return this.#windows[phase] - this.#spent[phase];
  }

  beginAnew(phase: StartPhase): void {
    this.#spent[phase] = 0;
  }
}

/** The part of its way that a pod is on, and so the window that it uses. Without a pod, or without a node, it is being scheduled. */
export function startPhase(state: PodState | null): StartPhase {
  if (state === null || state.kind === "unscheduled") return "schedule";
  return state.kind === "waiting" && /Image/.test(state.reason) ? "imagePull" : "start";
}

/** Events of a pod that say that a node is on its way: cluster-autoscaler's, and Karpenter's. */
const SCALE_UPS = ["TriggeredScaleUp", "Nominated"];

/** The scale-ups among the events of a pod; one that comes again is another one. */
export function scaleUps(events: readonly Event[]): readonly string[] {
  return events
    .filter(({ reason }) => SCALE_UPS.includes(reason ?? ""))
    .map(({ metadata, count, lastTimestamp }) => `${metadata?.uid} ${count} ${lastTimestamp}`);
}
