import { cancelJob, type ObservedJob, outage } from "@opencode-k8s/k8s-kit";
import { isDetach } from "../paperclip/index.ts";
import type { ReachedLimit } from "./limits.ts";

/**
 * Why an observation ended before the run did, or because of us.
 * - `cancelled`: Paperclip wants the run stopped; its Job is deleted, and watched until its pod is gone
 * - `detached`: this server goes away; the Job stays, for another to observe
 * - a limit: the run took more than it may; it is ended as a cancelled one
 * - `unreachable`: the cluster could not be seen, or the log not be read, for longer than we wait; the Job stays
 */
export type Stop = "cancelled" | ReachedLimit | "detached" | "unreachable";

/** Paperclip waits 60 s for a cancelled run to settle. Milliseconds. */
const CANCEL_MS = 50_000;
/** A pod that is ended by us gets at most this long, seconds, whatever its own grace is: it has to fit into those 60 s. */
const CANCEL_GRACE_SEC = 20;
/** What Paperclip has not taken of the log this long after the pod is gone, milliseconds, is given up. */
const DRAIN_MS = 5_000;

/** Turns what may stop a run from outside into one signal that ends its observation. Dispose it with the observation. */
export class Stops implements Disposable {
  readonly #over = new AbortController();
  readonly #job: ObservedJob;
  readonly #asked: AbortSignal;
  readonly #ended = Promise.withResolvers<void>();
  #cause: Stop | null = null;
  #gone = false;

  /**
   * @param asked cancel, or that this process has to leave the run
   * @param outageMs how long the run may be out of sight, milliseconds
   */
  constructor(job: ObservedJob, asked: AbortSignal, outageMs: number) {
    this.#job = job;
    this.#asked = asked;
    const options = { ms: outageMs, signal: this.signal };
    outage(job.cluster.clock, () => job.lost, options).then(
      (why) => this.loseSight(why),
      () => undefined, // The observation is over.
    );
    if (asked.aborted) this.#stop();
    else asked.addEventListener("abort", this.#stop, { once: true });
  }

  /** Ends the observation: at once when detached, when the pod had its time to go when cancelled. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  get cause(): Stop | null {
    return this.#cause;
  }

  /** Resolves when the pod of a run that we end is gone; at once where we do not. */
  get ended(): Promise<void> {
    return this.#cause === "cancelled" || isLimit(this.#cause) ? this.#ended.promise : Promise.resolve();
  }

  /** Was the pod of a run that we ended seen to be gone? */
  get gone(): boolean {
    return this.#gone;
  }

  /** The run has taken more than it may. */
  limit(reached: ReachedLimit): void {
    if (this.#cause !== null) return;
    this.#cause = reached;
    void this.#end();
  }

  /** The run can no longer be observed, for this reason. */
  loseSight(reason: unknown): void {
    this.#cause ??= "unreachable";
    this.#over.abort(reason);
  }

  [Symbol.dispose](): void {
    this.#asked.removeEventListener("abort", this.#stop);
    this.#over.abort();
  }

  readonly #stop = (): void => {
    if (isDetach(this.#asked)) {
      // A run that is being ended is nothing to go on with.
      if (!isLimit(this.#cause)) this.#cause = "detached";
      this.#over.abort(this.#asked.reason);
      return;
    }
    const isEnding = isLimit(this.#cause);
    this.#cause = "cancelled";
    if (!isEnding) void this.#end();
  };

  /** The log is read on meanwhile; it ends with the pod. Never rejects. */
  async #end(): Promise<void> {
    const { gone, errors } = await cancelJob(this.#job, {
      timeoutMs: CANCEL_MS,
      gracePeriodSeconds: CANCEL_GRACE_SEC,
      signal: this.signal,
    });
    this.#gone = gone;
    if (gone) {
      this.#ended.resolve();
      await this.#job.cluster.clock.sleep(DRAIN_MS, this.signal).catch(() => undefined);
    }
    this.#over.abort(errors.at(-1) ?? new Error("the rest of the log was not taken in time"));
  }
}

function isLimit(cause: Stop | null): cause is ReachedLimit {
  return typeof cause === "object" && cause !== null;
}
