import type { Receipt } from "@opencode-k8s/job-manifest";
import {
  type Cluster,
  type ContainerEnd,
  abortable,
  awaitStart,
  type Diagnosis,
  isForbidden,
  isUnauthorized,
  type JobWatch,
  KubernetesError,
  ObservedJob,
  startPhase,
  type StartPhase,
  type StartWindows,
} from "@opencode-k8s/k8s-kit";
import type { RunReport } from "@opencode-k8s/opencode-parse";
import type { LaunchedJob } from "../launch.ts";
import type { RunTrace } from "../telemetry/index.ts";
import type { EndedRun, OutputCopies } from "../output-copy/index.ts";
import type { Delivery } from "./delivery.ts";
import { keepAlive } from "./keepalive.ts";
import { LimitWatch } from "./limit-watch.ts";
import type { RunLimits } from "./limits.ts";
import { type Narrator, receiptNotes } from "./narrator.ts";
import { readLog } from "./read-log.ts";
import { type Stop, Stops } from "./stops.ts";

/** All that was seen of a run, as far as its result depends on it. */
export interface Outcome {
  readonly stop: Stop | null;
  /** What kept us from seeing more, in the cluster's words; empty where nothing did. */
  readonly trouble: string;
  /** The cluster does not let us read the run's log. */
  readonly refusal: KubernetesError | null;
  /** What is wrong with the Job or its pod; `null` when nothing is. */
  readonly diagnosis: Diagnosis | null;
  /** The window in which the pod did not start; `null` when none ran out. */
  readonly ranOutOf: StartPhase | null;
  readonly receipt: Receipt | null;
  /** The kubelet's word on the main container, where it was waited for. */
  readonly end: ContainerEnd | null;
  /** Did the main container run? */
  readonly started: boolean;
  /** Has every line that OpenCode wrote come, and been taken? */
  readonly complete: boolean;
  /** Was the pod of a run that we ended seen to be gone? */
  readonly gone: boolean;
  /** Names of pods that the Job had besides the one that was observed. */
  readonly otherPods: readonly string[];
  /** What OpenCode's events say, as far as they came. */
  readonly report: RunReport;
}

export interface ObserveOptions {
  readonly watch: JobWatch;
  readonly windows: StartWindows;
  readonly limits: RunLimits;
  /** How long the run may be out of sight, milliseconds. */
  readonly outageMs: number;
  /** Cancel, or that this process has to leave the run. */
  readonly stop: AbortSignal;
  readonly narrator: Narrator;
  /** Where runs leave a copy of their output; `null` where this process cannot see it. */
  readonly copies: OutputCopies | null;
  readonly trace: RunTrace;
}

/**
 * Watches a run from its Job to its end: the pod's start, every line of its log, and what became of it. Never throws for
 * what happens to the run, nor for what the cluster answers: that is the outcome.
 */
export async function observe(
  cluster: Cluster,
  launched: LaunchedJob,
  delivery: Delivery,
  { watch, windows, limits, outageMs, stop, narrator, copies, trace }: ObserveOptions,
): Promise<Outcome> {
  using job = new ObservedJob(watch, launched, launched.container);
  using stops = new Stops(job, stop, outageMs);
  const { signal } = stops;
  delivery.until(signal);
  let diagnosis: Diagnosis | null = null;
  let ranOutOf: StartPhase | null = null;
  let receipt: Receipt | null = null;
  let refusal: KubernetesError | null = null;
  try {
    const begun = launched.adopted ? "Going on with" : "Created";
    await narrator.say(`${begun} Job ${launched.name} in namespace ${launched.namespace}`);
    const running = trace.starting(job, launched);
    diagnosis = await awaitStart(job, { windows, signal, onChange: ({ message }) => narrator.say(message) });
    if (diagnosis && !diagnosis.final) ranOutOf = startPhase(job.podState);
    if (diagnosis === null) {
      running();
      await narrator.say(`Running in pod ${job.pod?.metadata?.name ?? ""} on ${job.pod?.spec?.nodeName ?? ""}`);
      using watched = new LimitWatch({
        clock: cluster.clock,
        reader: delivery.reader,
        limits,
        // While Paperclip takes its time, what OpenCode prints waits.
        inSight: () => job.lost === null && !delivery.isPending,
        onRepeated: (tool, times) => delivery.say(repeated(tool, times)),
        onReached: (limit) => stops.limit(limit),
      });
      const onLines = (): Promise<void> => watched.look();
      const onReceipt = (): void => watched[Symbol.dispose]();
      receipt = await keptAlive(cluster, delivery, narrator, () =>
        readLog(cluster, job, { delivery, onLines, onReceipt, outageMs, trace, signal }),
      );
      for (const note of receipt ? receiptNotes(receipt) : []) narrator.note(note);
      await narrator.flush();
      const isWhole = receipt !== null && delivery.agreesWith(receipt);
      if (!isWhole) await copies?.complete(endedRun(job, receipt), delivery, signal);
      diagnosis = job.diagnosis();
    }
    await abortable(stops.ended, signal);
  } catch (error) {
    if (error instanceof KubernetesError && (isForbidden(error) || isUnauthorized(error))) refusal = error;
    else if (!signal.aborted) stops.loseSight(error);
  }
  return {
    stop: stops.cause,
    trouble: signal.aborted ? messageOf(signal.reason) : "",
    refusal,
    diagnosis: stops.cause === null ? diagnosis : null,
    ranOutOf,
    receipt,
    complete: receipt !== null && wasWritten(receipt) && delivery.agreesWith(receipt) && delivery.refusal === null,
    end: job.end,
    started: job.started,
    gone: stops.gone,
    otherPods: job.pods.slice(1).map(({ pod }) => pod.metadata?.name ?? ""),
    report: delivery.reader.report(),
  };
}

/** Had all that OpenCode printed a place on the disk? */
function wasWritten({ warnings = [] }: Receipt): boolean {
  return !warnings.includes("disk_full");
}

/** Does it, and meanwhile tells for how long OpenCode has been quiet. */
async function keptAlive<T>(
  { clock }: Cluster,
  delivery: Delivery,
  { status, touch }: Narrator,
  read: () => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const silence = {
    lines: () => delivery.accepted.lines,
    tell: (seconds: number) => status(`OpenCode has printed nothing for ${seconds} s`),
    touch,
  };
  const watching = keepAlive(clock, silence, over.signal);
  try {
    return await read();
  } finally {
    over.abort();
    await watching;
  }
}

function endedRun({ job, pod }: ObservedJob, receipt: Receipt | null): EndedRun {
  const { "paperclip.io/agent-id": agentId = "", "paperclip.io/run-id": runId = "" } = job?.metadata?.labels ?? {};
  return { agentId, runId, uid: pod?.spec?.securityContext?.runAsUser, receipt };
}

function repeated(tool: string, times: number): string {
  return `OpenCode has called ${tool} ${times} times in a row with the same input: it may be going round in circles.`;
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : "";
}
