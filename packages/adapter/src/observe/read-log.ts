import { parseReceipt, type Receipt } from "@opencode-k8s/job-manifest";
import {
  type Cluster,
  type Deadline,
  deadline,
  followLogBatches,
  type LogEvent,
  type LogLine,
  type ObservedJob,
} from "@opencode-k8s/k8s-kit";
import type { RunTrace } from "../telemetry/index.ts";
import type { Delivery } from "./delivery.ts";

/** From a receipt that does not settle the run to the container's own word, milliseconds: seen 0.06 to 1.03 s after it. */
const SETTLE_MS = 5_000;

export interface ReadOptions {
  readonly delivery: Delivery;
  /** Lines were delivered, and OpenCode has not ended yet. */
  readonly onLines?: () => Promise<void>;
  /** OpenCode has ended. */
  readonly onReceipt?: () => void;
  /** A log that cannot be read for this long is given up, milliseconds. */
  readonly outageMs: number;
  /** Told what came of the log. */
  readonly trace?: Pick<RunTrace, "enter" | "read" | "reopened" | "gap">;
  readonly signal: AbortSignal;
}

/**
 * Delivers the log of the main container, line by line, until the receipt that settles the run: one of success, which
 * agrees with what was delivered, while nothing speaks against it. After any other, or none, the log is read to its end and
 * the container's own word waited for, both together for at most 5 s from the receipt on.
 * @returns the program's last word; `null` when it could not write one
 * @throws KubernetesError when the log may not, or for `outageMs` could not, be read; the signal's reason
 */
export async function readLog(
  cluster: Cluster,
  job: ObservedJob,
  { delivery, onLines, onReceipt, outageMs, trace, signal }: ReadOptions,
): Promise<Receipt | null> {
  const late = new AbortController();
  const reading = AbortSignal.any([signal, late.signal]);
  delivery.until(reading);
  let receipt: Receipt | null = null;
  let limit: Deadline | null = null;
  try {
    const options = { signal: reading, giveUpMs: outageMs, onReopen: () => trace?.reopened() };
    for await (const events of followLogBatches(cluster, job.log(), options)) {
      trace?.read(events);
      const word = await deliver(delivery, events, () => trace?.gap());
      if (!receipt && !word) await onLines?.();
      if (!word) continue;
      receipt = word;
      onReceipt?.();
      trace?.enter("drain");
      if (settles(word, job, delivery)) return word;
      limit ??= deadline(cluster.clock, SETTLE_MS, "the container's own word", signal);
      limit.signal.addEventListener("abort", () => late.abort(), { once: true });
    }
    await job.until(() => job.over, { signal: reading });
    return receipt;
  } catch (error) {
    if (!late.signal.aborted || signal.aborted) throw error;
    return receipt;
  } finally {
    limit?.[Symbol.dispose]();
    delivery.until(signal); // What is late for the container's word may still be said.
  }
}

/** Is this the last word on the run? */
function settles(receipt: Receipt, job: ObservedJob, delivery: Delivery): boolean {
  const success = receipt.exitCode === 0 && receipt.stopReason === null;
  return success && delivery.agreesWith(receipt) && job.diagnosis() === null;
}

/** Hands over what came together, in its order, and all lines between two other events at once. @returns the last receipt in it */
async function deliver(delivery: Delivery, events: readonly LogEvent[], onGap: () => void): Promise<Receipt | null> {
  let receipt: Receipt | null = null;
  const lines: LogLine[] = [];
  for (const event of events) {
    const word = event.type === "line" ? parseReceipt(event.text) : null;
    if (word) receipt = word;
    else if (event.type === "line") lines.push(event);
    const note = noteOf(event);
    if (note === null) continue;
    await delivery.lines(lines.splice(0));
    if (event.type === "gap") {
      delivery.ledger.gap();
      onGap();
    }
    await delivery.say(note);
  }
  await delivery.lines(lines);
  return receipt;
}

/** What whoever reads the log should know there. */
function noteOf(event: LogEvent): string | null {
  switch (event.type) {
    case "gap":
      return "The log was rotated before it could be read; lines may be missing here.";
    case "message":
      return `The node says of this log: ${event.text}`;
    case "line":
    case "restart": // Never: the pod's restartPolicy.
    case "end": // What is missing, the receipt tells.
      return null;
  }
}
