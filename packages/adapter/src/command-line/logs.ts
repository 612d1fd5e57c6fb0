import { AGENT_JOB_SELECTOR, CONTAINER_NAME, type Receipt } from "@opencode-k8s/job-manifest";
import {
  awaitStart,
  type Cluster,
  deadline,
  type Diagnosis,
  hasStarted,
  type Job,
  jobState,
  ObservedJob,
  type Pod,
  podsOf,
  refOf,
  watchJobs,
} from "@opencode-k8s/k8s-kit";
import { Delivery, readLog, receiptNotes } from "../observe/index.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { findRun, type Where } from "./runs/find-run.ts";
import { readLogNow } from "./runs/log-now.ts";
import { maskingOf } from "./runs/masking.ts";
import { withRight } from "./runs/missing-right.ts";
import { printerFor } from "./output/print-run.ts";
import type { Terminal } from "./output/terminal.ts";

export interface LogsOptions {
  /** Until the run has ended; else what there is now. */
  readonly follow: boolean;
  readonly json: boolean;
}

/** What came of reading a log. */
type Read =
  /** `receipt`: the program's last word, `null` where it has none; `over`: nothing more comes. */
  | { readonly kind: "log"; readonly receipt: Receipt | null; readonly over: boolean }
  | { readonly kind: "none"; readonly why: string };

/** The watches are there within this time, milliseconds. */
const SYNC_MS = 30_000;
/** A log that cannot be read for this long is given up, milliseconds: as a run does by default. */
const OUTAGE_MS = 600_000;
/** A person waits as long as he likes, and has Ctrl-C. */
const NO_WINDOWS = { scheduleMs: Infinity, imagePullMs: Infinity, startMs: Infinity };

/**
 * The log of a run, live or ended, each line once, as a transcript. Nothing of the run is touched, whatever ends this.
 * @throws UsageError, MissingRightError; KubernetesError; the signal's reason
 */
export async function logs(
  run: string,
  { follow, json }: LogsOptions,
  terminal: Terminal,
  where: Where,
): Promise<ExitCode> {
  const { signal, err } = terminal;
  const job = await findRun(where, run, signal);
  const { cleaner, problem } = await maskingOf(where.cluster, job, signal);
  if (problem !== null) err.write(`${problem}\n`);
  const print = printerFor(terminal, { json });
  const delivery = new Delivery((_, chunk) => Promise.resolve(print(chunk)), cleaner);
  const read = await (follow ? followed(where, job, delivery, signal) : asItIs(where, job, delivery, signal));
  const notes = read.kind === "none" ? [read.why] : endNotes(read, delivery);
  for (const note of notes) await delivery.say(note);
  return read.kind === "none" ? EXIT.failed : EXIT.done;
}

async function followed(
  { cluster, namespace }: Where,
  job: Job,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<Read> {
  if (isSettled(job) && (await podsNow(cluster, job, signal)).length === 0) return GONE;
  using watch = watchJobs(cluster, namespace, { labelSelector: AGENT_JOB_SELECTOR });
  using limit = deadline(cluster.clock, SYNC_MS, `watching namespace ${namespace}`, signal);
  const verbs = ["list", "watch"];
  await withRight({ group: "batch", resource: "jobs", verbs }, () => watch.jobs.synced(limit.signal));
  await withRight({ group: "", resource: "pods", verbs }, () => watch.pods.synced(limit.signal));
  using observed = new ObservedJob(watch, refOf(job), CONTAINER_NAME);
  await observed.until(() => observed.state.kind !== "unseen", { signal });
  const onChange = ({ message }: { message: string }): Promise<void> => delivery.say(message);
  const diagnosis = await awaitStart(observed, { windows: NO_WINDOWS, signal, onChange });
  if (diagnosis) return { kind: "none", why: neverBegan(diagnosis) };
  const receipt = await withRight({ group: "", resource: "pods/log", verbs: ["get"] }, () =>
    readLog(cluster, observed, { delivery, outageMs: OUTAGE_MS, signal }),
  );
  return { kind: "log", receipt, over: true };
}

async function asItIs({ cluster }: Where, job: Job, delivery: Delivery, signal: AbortSignal): Promise<Read> {
  const [pod] = await podsNow(cluster, job, signal);
  if (!pod) return isSettled(job) ? GONE : { kind: "none", why: "The run has no pod yet; explain says why." };
  if (!hasStarted({ pod, container: CONTAINER_NAME }))
    return { kind: "none", why: "The run's pod has not begun; explain says why." };
  const receipt = await readLogNow(cluster, pod, delivery, signal);
  return { kind: "log", receipt, over: receipt !== null || isSettled(job) };
}

function podsNow(cluster: Cluster, job: Job, signal: AbortSignal): Promise<readonly Pod[]> {
  return withRight({ group: "", resource: "pods", verbs: ["list"] }, () => podsOf(cluster, refOf(job), signal));
}

const GONE: Read = {
  kind: "none",
  why: "The run's pod is gone, and its log with it. Paperclip's page of the run has what was read of it.",
};

function isSettled(job: Job): boolean {
  const state = jobState(job);
  return (state.kind === "succeeded" || state.kind === "failed") && state.settled;
}

function neverBegan({ summary, detail, remedy }: Diagnosis): string {
  return `The run never began. ${[summary, detail, remedy].filter((part) => part !== "").join(". ")}`;
}

/** Whether this was all of it. */
function endNotes({ receipt, over }: Extract<Read, { kind: "log" }>, delivery: Delivery): string[] {
  const { lines, bytes } = delivery.accepted;
  if (receipt === null)
    return [
      over ? "The run ended without its last word; explain says why." : `The run goes on, with ${lines} lines so far.`,
    ];
  const whole = delivery.agreesWith(receipt)
    ? `The log is whole: ${lines} lines of ${bytes} bytes, as the receipt has it.`
    : `The log is not whole: ${lines} of ${receipt.lines} lines could be read; the node keeps no more of it.`;
  return [...receiptNotes(receipt), whole];
}
