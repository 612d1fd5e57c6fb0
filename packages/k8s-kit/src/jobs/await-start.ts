import { dedupeKey, type Diagnosis, hasStarted } from "../diagnosis/index.ts";
import { mayHaveStarted } from "../diagnosis/started.ts";
import { assertDuration } from "../errors/index.ts";
import type { Event } from "../objects.ts";
import { WATCH_SILENCE_MS } from "../watch/index.ts";
import { changeOrTime } from "./change-or-time.ts";
import { eventsOf } from "./events.ts";
import type { ObservedJob } from "./observed-job.ts";
import { podsOf } from "./pods-of.ts";
import { scaleUps, StartClock, startPhase, type StartPhase, type StartWindows } from "./start-windows.ts";

/** A pod on its way, each time that something new can be said of it. */
export interface StartChange {
  readonly phase: StartPhase;
  /** One line, with the cluster's own words where it has any. */
  readonly message: string;
  /** What keeps it; `null` while nothing is wrong. */
  readonly diagnosis: Diagnosis | null;
}

export interface StartOptions {
  readonly windows: StartWindows;
  readonly signal: AbortSignal;
  /** Told of each change, once: what differs from an earlier one in its numbers only (`2/5 nodes`), or comes back, is none. Awaited. */
  readonly onChange?: (change: StartChange) => void | Promise<void>;
}

/** The view is looked at this often, milliseconds, so that time out of sight is told from time seen. Costs no request. */
const STEP_MS = 2_000;
/** A pod that is not running by now has its events listed, and again after each such time, milliseconds. */
const EVENTS_AFTER_MS = 10_000;
const EVENTS_EVERY_MS = 30_000;

/**
 * Waits until the container of a Job runs, or has run. A hopeless cause ends the wait at once, anything else when its window
 * is over; the windows stand still while the cluster cannot be seen, because the pod may have started long ago.
 * @returns `null` when it has started; otherwise why it has not: one that is not `final` ran out of its window
 * @throws InvalidInputError when the pod has no such container, or a window is no time; the signal's reason; Error once the
 *   observation has ended
 */
export async function awaitStart(
  job: ObservedJob,
  { windows, signal, onChange }: StartOptions,
): Promise<Diagnosis | null> {
  const { clock } = job.cluster;
  for (const [name, ms] of Object.entries(windows)) assertDuration(`windows.${name}`, ms);
  const windowsLeft = new StartClock(windows);
  let events: readonly Event[] = [];
  let listAt = clock.monotonic() + EVENTS_AFTER_MS;
  const told = new Set<string>();
  const isHopeless = (): boolean => job.over || (job.diagnosis(events)?.final ?? false);
  /** When the watch must have shown what a fresh look showed, by the monotonic clock; 0 while the two agree. */
  let behindUntil = 0;
  const isLate = (): boolean =>
    job.lost === null && windowsLeft.left(startPhase(job.podState)) <= 0 && clock.monotonic() >= behindUntil;
  for (;;) {
    // Asked for before the view is read, so that no change between the two is missed.
    const changed = job.changed();
    job.assertContainer();
    if (job.started) return null;
    if (job.lost === null && (isHopeless() || isLate() || clock.monotonic() >= listAt)) {
      const known = scaleUps(events);
      events = await listEvents(job, events, signal);
      listAt = clock.monotonic() + EVENTS_EVERY_MS;
      if (scaleUps(events).some((scaleUp) => !known.includes(scaleUp))) windowsLeft.beginAnew("schedule");
      if (isLate() && behindUntil === 0 && (await runsUnseen(job, signal))) {
        behindUntil = clock.monotonic() + WATCH_SILENCE_MS + STEP_MS;
      }
      // The lists may have taken seconds.
      if (job.started) return null;
    }
    const diagnosis = job.diagnosis(events);
    if (isHopeless() || isLate()) return diagnosis ?? unexplained(job);
    const phase = startPhase(job.podState);
    const message = inWords(job, diagnosis, events);
    const news = diagnosis ? dedupeKey(diagnosis) : message;
    if (!told.has(news)) await onChange?.({ phase, message, diagnosis });
    told.add(news);
    const blind = job.lost !== null;
    const since = clock.monotonic();
    const left = windowsLeft.left(phase);
    await changeOrTime(changed, clock, blind || left <= 0 ? STEP_MS : Math.min(STEP_MS, left), signal);
    if (!blind && job.lost === null) windowsLeft.spend(phase, clock.monotonic() - since);
  }
}

/** The pod's events, or the Job's while it has no pod. Best effort: an explanation without them is still one. */
async function listEvents(
  { cluster, pod, ref }: ObservedJob,
  known: readonly Event[],
  signal: AbortSignal,
): Promise<readonly Event[]> {
  const uid = pod?.metadata?.uid ?? ref.uid;
  try {
    return await eventsOf(cluster, ref.namespace, uid, signal);
  } catch {
    signal.throwIfAborted();
    return known;
  }
}

/** Does a fresh look show the container started, which the watch has not? That may be dead in silence, and be noticed later. */
async function runsUnseen({ cluster, ref, container }: ObservedJob, signal: AbortSignal): Promise<boolean> {
  try {
    return (await podsOf(cluster, ref, signal)).some((pod) => hasStarted({ pod, container }));
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

function unexplained({ job, pod, podState, state, container, over }: ObservedJob): Diagnosis {
  const suspended = !pod && state.kind === "suspended";
  return {
    category: pod || suspended ? "unknown" : "pod_rejected",
    summary: suspended ? SUSPENDED : pod ? "The pod did not start in time" : "The Job got no pod in time",
    detail: podState?.kind === "waiting" ? `${podState.reason} ${podState.message}`.trim() : "",
    remedy: suspended
      ? "Whoever suspended it resumes it, such as a queue: see there."
      : "See `kubectl describe job` and `kubectl describe pod`; give it a longer window if it only needs more time.",
    startedUserCode: mayHaveStarted({ job, pod, container }),
    retryable: false,
    final: over,
  };
}

const SUSPENDED = "The Job is suspended, and gets no pod";

function inWords({ pod, state }: ObservedJob, diagnosis: Diagnosis | null, events: readonly Event[]): string {
  if (diagnosis) return diagnosis.detail === "" ? diagnosis.summary : `${diagnosis.summary}: ${diagnosis.detail}`;
  if (!pod) return state.kind === "suspended" ? SUSPENDED : "Waiting for the Job's pod";
  const node = pod.spec?.nodeName;
  if (!node) return "Waiting for a node";
  const pull = openPull(events);
  return pull ? `${pull} on ${node}` : `Starting pod ${pod.metadata?.name ?? ""} on ${node}`;
}

/** The kubelet's word on an image that it pulls; `undefined` once it has all of which there is an event. */
function openPull(events: readonly Event[]): string | undefined {
  const about = (wanted: string): readonly Event[] => events.filter(({ reason }) => reason === wanted);
  const pulled = new Set(about("Pulled").map(({ involvedObject }) => involvedObject.fieldPath));
  return about("Pulling").find(({ involvedObject }) => !pulled.has(involvedObject.fieldPath))?.message;
}
