import type { Clock } from "../clock.ts";
import { Wakeup } from "../streams/wakeup.ts";

/** Whether the kubelet runs. While it does not, containers go on, and nobody hears of them or tells them anything. */
export class KubeletHealth {
  readonly #clock: Clock;
  readonly #changed = new Wakeup();
  #upAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isUp(): boolean {
    return this.#clock.monotonic() >= this.#upAt;
  }

  /** Ends the kubelet for `ms` milliseconds. */
  stop(ms: number): void {
    this.#upAt = this.#clock.monotonic() + ms;
  }

  start(): void {
    this.#upAt = this.#clock.monotonic();
    this.#changed.wake();
  }

  /** @throws the signal's reason when it aborts first */
  async untilUp(signal: AbortSignal): Promise<void> {
    while (!this.isUp) await this.#changed.wait(this.#clock, signal, this.#upAt - this.#clock.monotonic());
  }
}
