import type { Clock } from "../clock.ts";
import { Wakeup } from "../streams/wakeup.ts";

/** The time that a pod has left from when it is told to stop. It can be shortened, never prolonged. */
export class Grace {
  readonly #clock: Clock;
  readonly #changed = new Wakeup();
  #endsAt = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** No more than `ms` from now. */
  limit(ms: number): void {
    this.#endsAt = Math.min(this.#endsAt, this.#clock.monotonic() + ms);
    this.#changed.wake();
  }

  get leftMs(): number {
    return this.#endsAt - this.#clock.monotonic();
  }

  /** @throws the signal's reason when it aborts first */
  async untilOver(signal: AbortSignal): Promise<void> {
    for (let left; (left = this.leftMs) > 0;) await this.#changed.wait(this.#clock, signal, left);
  }
}
