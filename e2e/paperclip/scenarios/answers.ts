import type { Clock } from "@opencode-k8s/kube-sim";

/** Lets models that think before they answer do so only so many times. */
export class Answers {
  readonly #clock: Clock;
  #asked: () => number = () => 0;
  #limit = Infinity;
  #changed = Promise.withResolvers<void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How often a model was asked for the next step of an agent's work. */
  get asked(): number {
    return this.#asked();
  }

  /** Has the questions counted from now on. */
  count(asked: () => number): void {
    this.#asked = asked;
  }

  /** From now on so many more questions are answered; those after them when more are allowed. */
  allow(more: number): void {
    this.#limit = this.#asked() + more;
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** From now on no question is answered, nor one that waits, until more are allowed. */
  hold(): void {
    this.#limit = Math.min(this.#limit, this.#asked());
  }

  /** A clock whose sleeps end only while an answer is allowed. */
  get clock(): Clock {
    return {
      now: () => this.#clock.now(),
      monotonic: () => this.#clock.monotonic(),
      sleep: async (ms, signal) => {
        await this.#clock.sleep(ms, signal);
        while (this.#asked() > this.#limit) await settled(this.#changed.promise, signal);
      },
    };
  }
}

/** @throws the signal's reason */
async function settled(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  await Promise.race([promise, aborted]).finally(() => signal?.removeEventListener("abort", onAbort));
}
