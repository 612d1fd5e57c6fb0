import type { Receipt } from "@opencode-k8s/job-manifest";
import {
  type Cluster,
  type ContainerEnd,
  type Diagnosis,
  isForbidden,
  isUnauthorized,
  type KubernetesError,
  podsOf,
} from "@opencode-k8s/k8s-kit";
import type { RunSummary } from "@opencode-k8s/opencode-parse";
import type { LaunchedJob } from "../launch.ts";
import { awaitStart, type StartWindows } from "./await-start.ts";
import type { Delivery } from "./delivery.ts";
import { JobView } from "./job-view.ts";
import { readLog, untilAborted } from "./read-log.ts";
import { type Stop, Stops } from "./stops.ts";
import type { Watches } from "./watches.ts";

/** All that was seen of a run, as far as its result depends on it. */
export interface Outcome {
  readonly stop: Stop | null;
  /** What kept us from seeing more, in the cluster's words; empty where nothing did. */
  readonly trouble: string;
  /** The cluster does not let us read the run's log. */
  readonly refusal: KubernetesError | null;
  /** What is wrong with the Job or its pod; `null` when nothing is. */
  readonly diagnosis: Diagnosis | null;
  readonly receipt: Receipt | null;
  /** The kubelet's word on the main container, where it was waited for. */
  readonly end: ContainerEnd | null;
  /** Did the main container run? */
  readonly started: boolean;
  /** Has every line that OpenCode wrote come, and been taken? */
  readonly complete: boolean;
  /** Was the pod of a cancelled run seen to be gone? */
  readonly gone: boolean;
  /** Names of pods that the Job had besides the one that was observed. */
  readonly otherPods: readonly string[];
  readonly summary: RunSummary;
}

export interface ObserveOptions {
  readonly watches: Watches;
  readonly windows: StartWindows;
  /** Paperclip's signal: cancel, or the server going away. */
  readonly cancel: AbortSignal | undefined;
  /** Told of the pod's way until it runs. */
  readonly narrate: (message: string) => Promise<void>;
}

/**
 * Watches a run from its Job to its end: the pod's start, every line of its log, and what became of it. Never throws for
 * what happens to the run, nor for what the cluster answers: that is the outcome.
 */
export async function observe(
  cluster: Cluster,
  launched: LaunchedJob,
  delivery: Delivery,
  { watches, windows, cancel, narrate }: ObserveOptions,
): Promise<Outcome> {
  using stops = new Stops(cluster, { launched, watches, cancel });
  const { signal } = stops;
  delivery.until(signal);
  const view = new JobView(launched, watches, signal);
  let diagnosis: Diagnosis | null = null;
  let receipt: Receipt | null = null;
  let refusal: KubernetesError | null = null;
  let gone = false;
  try {
    await narrate(`Created Job ${launched.name} in namespace ${launched.namespace}`);
    diagnosis = await awaitStart(cluster, launched, view, { windows, signal, narrate });
    if (diagnosis === null) {
      await narrate(`Running in pod ${view.pod?.metadata?.name ?? ""} on ${view.pod?.spec?.nodeName ?? ""}`);
      receipt = await readLog(cluster, view, delivery, signal);
      diagnosis = view.diagnosis();
    }
    if (stops.cause === "cancelled") gone = await podIsGone(cluster, launched, view, signal);
  } catch (error) {
    if (isForbidden(error) || isUnauthorized(error)) refusal = error;
    else if (!signal.aborted) stops.loseSight(error);
  }
  return {
    stop: stops.cause,
    trouble: signal.aborted ? messageOf(signal.reason) : "",
    refusal,
    diagnosis: stops.cause === null ? diagnosis : null,
    receipt,
    complete: receipt !== null && delivery.agreesWith(receipt) && delivery.refusal === null,
    end: view.end,
    started: view.started,
    gone,
    otherPods: view.otherPods,
    summary: delivery.reader.summary(),
  };
}

/** How often a pod that was never seen is looked for, milliseconds. */
const LOOK_MS = 2_000;

/** Resolves when the pod of a deleted Job is gone: seen to go, or looked for and not there. @throws the signal's reason */
async function podIsGone(cluster: Cluster, launched: LaunchedJob, view: JobView, signal: AbortSignal): Promise<true> {
  for (;;) {
    const changed = view.changed();
    if (view.podGone) return true;
    // A Job that is gone gets no pod any more; one that it got may not have come into view.
    if (view.jobDeleted && !view.pod && (await podsOf(cluster, launched, signal)).length === 0) return true;
    await Promise.race([changed, cluster.clock.sleep(LOOK_MS, signal), untilAborted(signal)]);
  }
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : "";
}
