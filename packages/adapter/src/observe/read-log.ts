import { parseReceipt, type Receipt } from "@opencode-k8s/job-manifest";
import { type Cluster, followLog } from "@opencode-k8s/k8s-kit";
import type { Delivery } from "./delivery.ts";
import type { JobView } from "./job-view.ts";

/** What the log of a run came to. */
export interface LogOutcome {
  /** The program's last word; `null` when it could not write one. */
  readonly receipt: Receipt | null;
  /** Has every line that was written been delivered? */
  readonly complete: boolean;
}

/** From a receipt that does not settle the run to the container's own word, milliseconds: seen 0.06 to 1.03 s after it. */
export const SETTLE_MS = 5_000;

/**
 * Delivers the log of the main container, line by line, until the receipt that settles the run: one of success, which
 * agrees with what was delivered, while nothing speaks against it. After any other the log is read to its end.
 * @throws KubernetesError when the log may not be read; the signal's reason
 */
export async function readLog(
  cluster: Cluster,
  view: JobView,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<LogOutcome> {
  const late = new AbortController();
  const done = new AbortController();
  let receipt: Receipt | null = null;
  let torn = false;
  try {
    for await (const event of followLog(cluster, view.followed(), { signal: AbortSignal.any([signal, late.signal]) })) {
      // That the pod was gone first loses nothing where the receipt was read, and agrees.
      if (event.type === "end") continue;
      if (event.type === "gap") {
        torn = true;
        await delivery.say("Part of the log was rotated away before it could be read; lines are missing here.");
        continue;
      }
      const word = parseReceipt(event.text);
      if (!word) {
        await delivery.line(event);
        continue;
      }
      receipt = word;
      if (!torn && delivery.agreesWith(word) && !isFailure(word, view)) break;
      // The log goes on being read: what is missing may still come.
      cluster.clock.sleep(SETTLE_MS, done.signal).then(
        () => late.abort(),
        () => undefined,
      );
    }
  } catch (error) {
    if (!late.signal.aborted) throw error;
  } finally {
    done.abort();
  }
  return { receipt, complete: !torn && receipt !== null && delivery.agreesWith(receipt) };
}

function isFailure(receipt: Receipt, view: JobView): boolean {
  return receipt.exitCode !== 0 || receipt.stopReason !== null || view.deleted || (view.end?.exitCode ?? 0) !== 0;
}
