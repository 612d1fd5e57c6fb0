import type { Receipt } from "@opencode-k8s/job-manifest";
import { type Cluster, type ContainerEnd, type Diagnosis, diagnose } from "@opencode-k8s/k8s-kit";
import type { RunSummary } from "@opencode-k8s/opencode-parse";
import type { LaunchedJob } from "../launch.ts";
import { awaitStart, type StartWindows } from "./await-start.ts";
import type { Delivery } from "./delivery.ts";
import { JobView, type Watches } from "./job-view.ts";
import { readLog, SETTLE_MS } from "./read-log.ts";
import { type Stop, Stops } from "./stops.ts";

/** All that was seen of a run, as far as its result depends on it. */
export interface Outcome {
  readonly stop: Stop | null;
  /** What is wrong with the Job or its pod; `null` when nothing is. */
  readonly diagnosis: Diagnosis | null;
  readonly receipt: Receipt | null;
  /** The kubelet's word on the main container, where it was waited for. */
  readonly end: ContainerEnd | null;
  /** Did the main container run? */
  readonly started: boolean;
  /** Has every line that OpenCode wrote been delivered? */
  readonly complete: boolean;
  /** Was the pod of a cancelled run seen to be gone? */
  readonly gone: boolean;
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
 * what happens to the run: that is the outcome.
 * @throws KubernetesError when the cluster does not let us look (401, 403)
 */
export async function observe(
  cluster: Cluster,
  launched: LaunchedJob,
  delivery: Delivery,
  { watches, windows, cancel, narrate }: ObserveOptions,
): Promise<Outcome> {
  using stops = new Stops(cluster, { launched, watches, cancel });
  const view = new JobView(launched, watches, stops.signal);
  let diagnosis: Diagnosis | null = null;
  let log: { receipt: Receipt | null; complete: boolean } = { receipt: null, complete: false };
  try {
    diagnosis = await awaitStart(cluster, launched, view, { windows, signal: stops.signal, narrate });
    if (view.started) {
      await narrate(`Running in pod ${view.pod?.metadata?.name ?? ""} on ${view.pod?.spec?.nodeName ?? ""}`);
      log = await readLog(cluster, view, delivery, stops.signal);
      if (!isSuccess(log)) {
        await settled(cluster, view, stops.signal);
        diagnosis = diagnose({
          container: launched.container,
          job: view.job,
          pod: view.pod,
          deleted: view.deleted,
        });
      }
    }
    while (stops.cause === "cancelled" && !view.deleted) await Promise.race([view.changed(), aborted(stops.signal)]);
  } catch (error) {
    if (!stops.signal.aborted) throw error;
  }
  return {
    stop: stops.cause,
    diagnosis: stops.cause === null ? diagnosis : null,
    ...log,
    end: view.end,
    started: view.started,
    gone: view.deleted,
    summary: delivery.reader.summary(),
  };
}

function isSuccess({ receipt, complete }: { receipt: Receipt | null; complete: boolean }): boolean {
  return complete && receipt?.exitCode === 0 && receipt.stopReason === null;
}

/** Waits for the container's own word, which comes a little after its last line; bounded, because it may never come. */
async function settled(cluster: Cluster, view: JobView, signal: AbortSignal): Promise<void> {
  const timer = new AbortController();
  try {
    await Promise.race([view.ended, cluster.clock.sleep(SETTLE_MS, AbortSignal.any([signal, timer.signal]))]);
  } finally {
    timer.abort();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    else signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
