import { type Clock, type Cluster, deadline, deleteJob } from "@opencode-k8s/k8s-kit";
import { DELETE_MS, OUTAGE_MS } from "../bounds.ts";
import type { LaunchedJob } from "../launch.ts";
import type { Watches } from "./watches.ts";

/**
 * Why an observation ended before the run did, or because of us.
 * - `cancelled`: Paperclip wants the run stopped; its Job is deleted, and watched until its pod is gone
 * - `detached`: this server goes away; the Job stays, for another to observe
 * - `unreachable`: the cluster could not be seen, or the log not be read, for longer than we wait; the Job stays
 */
export type Stop = "cancelled" | "detached" | "unreachable";

/** Is it the server that goes away, and not the run that is to end? The words are those of Paperclip 2026.916 (seen). */
export function isDetach(signal: AbortSignal): boolean {
  const reason: unknown = signal.reason;
  return /lease lost/i.test(reason instanceof Error ? reason.message : String(reason));
}

/** Paperclip waits 60 s for a cancelled run to settle: DELETE_MS for deleting the Job, this for its pod to go. Milliseconds. */
const GOING_MS = 30_000;
/** How often the health of the watches is looked at; costs no request. Milliseconds. */
const HEALTH_EVERY_MS = 5_000;

interface StopOptions {
  readonly launched: LaunchedJob;
  readonly watches: Watches;
  /** Paperclip's. */
  readonly cancel: AbortSignal | undefined;
}

/** Turns what may stop a run from outside into one signal that ends its observation. Dispose it with the observation. */
export class Stops implements Disposable {
  readonly #over = new AbortController();
  readonly #cluster: Cluster;
  readonly #options: StopOptions;
  #cause: Stop | null = null;

  constructor(cluster: Cluster, options: StopOptions) {
    this.#cluster = cluster;
    this.#options = options;
    void this.#awaitOutage(cluster.clock);
    if (options.cancel?.aborted) this.#stop();
    else options.cancel?.addEventListener("abort", this.#stop, { once: true });
  }

  /** Ends the observation: at once when detached, when the pod had its time to go when cancelled. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  get cause(): Stop | null {
    return this.#cause;
  }

  /** The run can no longer be observed, for this reason. */
  loseSight(reason: unknown): void {
    this.#cause ??= "unreachable";
    this.#over.abort(reason);
  }

  [Symbol.dispose](): void {
    this.#options.cancel?.removeEventListener("abort", this.#stop);
    this.#over.abort();
  }

  readonly #stop = (): void => {
    const { cancel } = this.#options;
    if (cancel && isDetach(cancel)) {
      this.#cause = "detached";
      this.#over.abort(cancel.reason);
      return;
    }
    this.#cause = "cancelled";
    void this.#cancel(this.#cluster.clock); // Never rejects: what goes wrong ends the observation.
  };

  /** Deletes the Job; the pod then has its time to go. A Job that cannot be deleted is not waited for. */
  async #cancel(clock: Clock): Promise<void> {
    using limit = deadline(clock, DELETE_MS, "deleting the cancelled Job", this.signal);
    try {
      await deleteJob(this.#cluster, this.#options.launched, limit.signal);
      await clock.sleep(GOING_MS, this.signal);
      this.#over.abort(new Error("the pod of the cancelled run did not end in time"));
    } catch (error) {
      this.#over.abort(error);
    }
  }

  async #awaitOutage(clock: Clock): Promise<void> {
    let lostAt: number | null = null;
    while (!this.signal.aborted) {
      const now = clock.monotonic();
      const lost = this.#options.watches.lost();
      lostAt = lost === null ? null : (lostAt ?? now);
      if (lostAt !== null && now - lostAt >= OUTAGE_MS) return this.loseSight(lost);
      await clock.sleep(HEALTH_EVERY_MS, this.signal).catch(() => undefined);
    }
  }
}
