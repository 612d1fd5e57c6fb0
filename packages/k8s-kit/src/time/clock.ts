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

/** Of Node, milliseconds: it makes 1 ms of what is longer. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    try {
      let left = ms;
      do {
        await delay(Math.min(left, LONGEST_TIMER_MS), undefined, signal ? { signal } : undefined);
        left -= LONGEST_TIMER_MS;
      } while (left > 0);
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
};
