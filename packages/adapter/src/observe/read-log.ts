import { parseReceipt, type Receipt } from "@opencode-k8s/job-manifest";
import { type Cluster, type Deadline, deadline, followLog, type ObservedJob } from "@opencode-k8s/k8s-kit";
import type { Delivery } from "./delivery.ts";

/** From a receipt that does not settle the run to the container's own word, milliseconds: seen 0.06 to 1.03 s after it. */
const SETTLE_MS = 5_000;

/**
 * Delivers the log of the main container, line by line, until the receipt that settles the run: one of success, which
 * agrees with what was delivered, while nothing speaks against it. After any other, or none, the log is read to its end and
 * the container's own word waited for, both together for at most 5 s from the receipt on.
 * @returns the program's last word; `null` when it could not write one
 * @throws KubernetesError when the log may not, or for ten minutes could not, be read; the signal's reason
 */
export async function readLog(
  cluster: Cluster,
  job: ObservedJob,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<Receipt | null> {
  const late = new AbortController();
  const reading = AbortSignal.any([signal, late.signal]);
  delivery.until(reading);
  let receipt: Receipt | null = null;
  let limit: Deadline | null = null;
  try {
    for await (const event of followLog(cluster, job.log(), { signal: reading })) {
      switch (event.type) {
        case "gap":
          await delivery.say("The log was rotated before it could be read; lines may be missing here.");
          break;
        case "message":
          await delivery.say(`The node says of this log: ${event.text}`);
          break;
        case "line": {
          const word = parseReceipt(event.text);
          if (!word) {
            await delivery.line(event);
            break;
          }
          receipt = word;
          if (settles(word, job, delivery)) return word;
          limit ??= deadline(cluster.clock, SETTLE_MS, "the container's own word", signal);
          limit.signal.addEventListener("abort", () => late.abort(), { once: true });
          break;
        }
        case "restart": // Never: the pod's restartPolicy.
        case "end": // What is missing, the receipt tells.
          break;
      }
    }
    await job.until(() => job.over, { signal: reading });
    return receipt;
  } catch (error) {
    if (!late.signal.aborted || signal.aborted) throw error;
    return receipt;
  } finally {
    limit?.[Symbol.dispose]();
  }
}

/** Is this the last word on the run? */
function settles(receipt: Receipt, job: ObservedJob, delivery: Delivery): boolean {
  const success = receipt.exitCode === 0 && receipt.stopReason === null;
  return success && delivery.agreesWith(receipt) && job.diagnosis() === null;
}
