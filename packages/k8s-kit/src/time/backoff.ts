import type { Clock } from "./clock.ts";

/**
 * Full jitter: a random wait between 0 and a ceiling that doubles with each failure. Many observers that lost the same
 * server come back spread out, not together (AWS Architecture Blog, "Exponential Backoff and Jitter", 2015).
 */
export class Backoff {
  readonly #clock: Clock;
  readonly #random: () => number;
  #failures = 0;

  /** First ceiling and highest ceiling, milliseconds. 10 s: a restarted API server is noticed soon, and not stormed. */
  static readonly FIRST_MS = 250;
  static readonly HIGHEST_MS = 10_000;

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Something worked: the next failure waits briefly again. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** Longest `Retry-After` that is obeyed, milliseconds: whoever asks for more is asked again all the same. */
  static readonly LONGEST_MS = 60_000;

  /**
   * Waits before the next try; at least `leastMs` milliseconds, which is what a `Retry-After` asked for.
   * @throws the signal's reason
   */
  async wait(signal: AbortSignal | undefined, leastMs = 0): Promise<void> {
    const ceiling = Math.min(Backoff.HIGHEST_MS, Backoff.FIRST_MS * 2 ** this.#failures);
    this.#failures += 1;
    await this.#clock.sleep(Math.min(leastMs, Backoff.LONGEST_MS) + this.#random() * ceiling, signal);
  }
}
