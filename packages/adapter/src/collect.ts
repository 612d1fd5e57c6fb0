import {
  type Claim,
  type Cluster,
  deadline,
  deleteJob,
  type JobWatch,
  type Pod,
  podsOf,
  watchJobs,
} from "@opencode-k8s/k8s-kit";
import { AGENT_JOB_SELECTOR } from "@opencode-k8s/job-manifest";
import { COLLECTED, hasEnded, markJob } from "./exclusion/index.ts";
import type { LaunchedJob } from "./launch.ts";
import type { OutputCopies } from "./output-copy/index.ts";
import type { Standing } from "./paperclip/index.ts";
import type { Outcome } from "./observe/index.ts";
import type { RunTrace } from "./telemetry/index.ts";

/** All of it goes on this long in the background, milliseconds: a pod's grace and more. The Job's TTL and the next run take what is left then. */
const COLLECT_MS = 120_000;

/** A server that does not answer may be ending: then this takes longer than it has left, milliseconds. 11 s after SIGTERM were seen on 2026.916. */
const GOING_MS = 20_000;

interface Collected {
  readonly launched: LaunchedJob;
  readonly claim: Claim;
  readonly outcome: Outcome;
  /** Where runs leave a copy of their output; `null` where this process cannot see it. */
  readonly copies: OutputCopies | null;
  readonly trace: RunTrace;
  /** Keep the Job for people to look at. */
  readonly retain: boolean;
  /** Of a run that Paperclip gave up the Job is the next run's. */
  readonly standing: Standing;
}

/**
 * Leaves nothing behind of a run whose result is known: removes its Job, and with it its pod and Secrets, and lets the next run
 * have the agent once the pod has ended. Begun before the result is handed over, not waited for. A Job that others may go on
 * with keeps its claim.
 */
export function collect(cluster: Cluster, run: Collected): void {
  const { stop, gone } = run.outcome;
  const isLeft = stop === "detached" || stop === "unreachable";
  if (isLeft || (stop !== null && !gone)) return;
  const limit = deadline(cluster.clock, COLLECT_MS, "collecting the Job");
  void run.trace
    .cleaningUp(tidy(cluster, run, limit.signal))
    .catch(() => undefined) // What is left is the TTL's, and a claim that is not released is found out to be free.
    .finally(() => limit[Symbol.dispose]());
}

async function tidy(
  cluster: Cluster,
  { launched, claim, outcome: { stop, started }, copies, retain, standing }: Collected,
  signal: AbortSignal,
): Promise<void> {
  if (stop === null) {
    if (standing === "given_up") return;
    // At once, while the run still has it: a new one would know nothing at first.
    using watch = watchJobs(cluster, launched.namespace, { labelSelector: AGENT_JOB_SELECTOR });
    if (standing === "unknown") await cluster.clock.sleep(GOING_MS, signal);
    const mark = (): Promise<void> => markJob(cluster, launched, { [COLLECTED]: "true" }, signal);
    // A Job that cannot be deleted must not be taken for one that nobody collected, either.
    // One that never started has no log to look at, and would run the agent as soon as it can.
    await (retain && started ? mark() : deleteJob(cluster, launched, signal).catch(mark));
    await podsHaveEnded(watch, launched, signal);
  }
  await claim.release(signal);
  await copies?.sweep(signal);
}

/** By the watch: a pod shows its end before it goes, and one that goes without is looked for, because a list may have left it out. */
async function podsHaveEnded({ cluster, pods }: JobWatch, job: LaunchedJob, signal: AbortSignal): Promise<void> {
  const isOurs = ({ metadata }: Pod): boolean => (metadata?.ownerReferences ?? []).some(({ uid }) => uid === job.uid);
  const live = (): readonly Pod[] => pods.objects().filter((pod) => isOurs(pod) && !hasEnded(pod));
  if (live().length === 0) return;
  for await (const { type, object } of pods.changes(isOurs, signal)) {
    if (live().length > 0) continue;
    const isSeen = type === "present" || hasEnded(object);
    if (isSeen || (await podsOf(cluster, job, signal)).every(hasEnded)) return;
  }
  signal.throwIfAborted();
}
