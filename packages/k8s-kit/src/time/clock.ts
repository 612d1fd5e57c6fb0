import { setTimeout as delay } from "node:timers/promises";

/** Time as this library sees it. Tests inject a virtual one; everything that waits takes it from the {@link Cluster}. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. May step; never used to measure a duration. */
  now(): number;
  /** Milliseconds that only ever grow. */
  monotonic(): number;
  /** Resolves after `ms` milliseconds; rejects with `signal.reason` as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, signal ? { signal } : undefined);
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
};
