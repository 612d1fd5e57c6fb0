import type { Clock } from "../clock.ts";

/** The wall clock of the node, which may be set: it dates log lines and containers. Time itself passes as everywhere. */
export class NodeClock implements Clock {
  readonly #clock: Clock;
  #offsetMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now() + this.#offsetMs;
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#clock.sleep(ms, signal);
  }

  /** Sets the clock forward by `ms`, or back when that is negative. */
  step(ms: number): void {
    this.#offsetMs += ms;
  }
}
