import { type Cluster, type Diagnosis, type Event, eventsOf } from "@opencode-k8s/k8s-kit";
import type { LaunchedJob } from "../launch.ts";
import type { JobView } from "./job-view.ts";

/** How long a pod may take for each part of its way, milliseconds. Each has its own clock. */
export interface StartWindows {
  /** Until it has a node; an autoscaler may have to buy one first. */
  readonly scheduleMs: number;
  /** From the first image pull that failed. */
  readonly imagePullMs: number;
  /** From the node to the running container: volumes, a slow pull. */
  readonly startMs: number;
}

type Phase = "schedule" | "imagePull" | "start";

/** The view is looked at this often, milliseconds, so that time out of sight is told from time seen. Costs no request. */
const STEP_MS = 2_000;

interface StartOptions {
  readonly windows: StartWindows;
  readonly signal: AbortSignal;
  /** Called with each new state of the pod, in words. */
  readonly narrate: (message: string) => Promise<void>;
}

/**
 * Waits until the main container runs, or has run. The windows stand still while the cluster cannot be seen: a pod may have
 * started long ago.
 * @returns `null` when it has started; why it will not start otherwise
 * @throws the signal's reason
 */
export async function awaitStart(
  cluster: Cluster,
  launched: LaunchedJob,
  view: JobView,
  { windows, signal, narrate }: StartOptions,
): Promise<Diagnosis | null> {
  const { clock } = cluster;
  const spent: Record<Phase, number> = { schedule: 0, imagePull: 0, start: 0 };
  let told = "";
  for (;;) {
    // Asked for before the view is read, so that no change between the two is missed.
    const changed = view.changed();
    if (view.started) return null;
    const phase = phaseOf(view);
    const blind = view.lost !== null;
    const left = windows[`${phase}Ms`] - spent[phase];
    const finding = view.diagnosis();
    if (view.over || finding?.final || (left <= 0 && !blind)) {
      return view.diagnosis(await eventsOfRun(cluster, launched, view, signal)) ?? unexplained(view);
    }
    const message = inWords(view, finding);
    if (message !== told) await narrate(message);
    told = message;
    const since = clock.monotonic();
    const timer = new AbortController();
    try {
      await Promise.race([
        changed,
        clock.sleep(blind ? STEP_MS : Math.min(left, STEP_MS), AbortSignal.any([signal, timer.signal])),
      ]);
    } finally {
      timer.abort();
    }
    signal.throwIfAborted();
    if (!blind && view.lost === null) spent[phase] += clock.monotonic() - since;
  }
}

function phaseOf(view: JobView): Phase {
  const state = view.podState;
  if (state === null || state.kind === "unscheduled") return "schedule";
  return state.kind === "waiting" && /Image/.test(state.reason) ? "imagePull" : "start";
}

/** The pod's events, or the Job's while it has no pod. Best effort: an explanation without them is still one. */
async function eventsOfRun(
  cluster: Cluster,
  launched: LaunchedJob,
  view: JobView,
  signal: AbortSignal,
): Promise<Event[]> {
  const uid = view.pod?.metadata?.uid ?? launched.uid;
  return eventsOf(cluster, launched.namespace, uid, signal).catch(() => []);
}

function unexplained(view: JobView): Diagnosis {
  const waiting = view.podState?.kind === "waiting" ? `${view.podState.reason} ${view.podState.message}`.trim() : "";
  return {
    category: view.pod ? "unknown" : "pod_rejected",
    summary: view.pod ? "The pod did not start in time" : "The Job got no pod in time",
    detail: waiting,
    remedy:
      "See `kubectl describe job` and `kubectl describe pod`; raise scheduleTimeoutSec or startTimeoutSec if it only needs longer.",
    startedUserCode: false,
    final: true,
  };
}

function inWords(view: JobView, finding: Diagnosis | null): string {
  if (finding) return finding.detail === "" ? finding.summary : `${finding.summary}: ${finding.detail}`;
  const node = view.pod?.spec?.nodeName;
  if (!view.pod) return "Waiting for the Job's pod";
  return node ? `Starting pod ${view.pod.metadata?.name ?? ""} on ${node}` : "Waiting for a node";
}
