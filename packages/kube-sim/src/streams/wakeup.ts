import type { Clock } from "../clock.ts";

/** Something happened: wakes all that wait for it. */
export class Wakeup {
  readonly #waiting = new Set<() => void>();

  wake(): void {
    // Each takes itself out of the set, which a set's iteration allows.
    for (const resume of this.#waiting) resume();
  }

  /**
   * Resolves at the next `wake`, or after `ms` milliseconds of `clock`, whichever comes first.
   * @throws the signal's reason when it aborts
   */
  wait(clock: Clock, signal: AbortSignal, ms: number = Infinity): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const timer = new AbortController();
      const finish = (settle: () => void): void => {
        this.#waiting.delete(onWake);
        signal.removeEventListener("abort", onAbort);
        timer.abort();
        settle();
      };
      const onWake = (): void => finish(resolve);
      const onAbort = (): void => finish(() => reject(signal.reason));
      this.#waiting.add(onWake);
      signal.addEventListener("abort", onAbort, { once: true });
      // The rejection is our own timer.abort(): something else ended the wait.
      if (ms !== Infinity) clock.sleep(ms, timer.signal).then(onWake, () => undefined);
    });
  }
}

/** Waits for nothing else: rejects with the signal's reason when it aborts. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
