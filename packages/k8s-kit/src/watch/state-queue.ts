/**
 * Hands states to one consumer, the latest of each key: memory is bounded by the number of keys, however slow the consumer.
 * Iteration ends when the signal aborts.
 */
export class StateQueue<T> implements AsyncIterable<T> {
  readonly #states = new Map<string, T>();
  readonly #signal: AbortSignal;
  #wake: (() => void) | null = null;
  #failure: { readonly error: unknown } | null = null;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  put(key: string, state: T): void {
    // Deleted first, so that the newest change of all comes last.
    this.#states.delete(key);
    this.#states.set(key, state);
    this.#wake?.();
  }

  /** The consumer gets this error instead of its next state. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    const wake = (): void => this.#wake?.();
    this.#signal.addEventListener("abort", wake);
    try {
      while (!this.#signal.aborted) {
        if (this.#failure) throw this.#failure.error;
        const [next] = this.#states;
        if (next) {
          this.#states.delete(next[0]);
          yield next[1];
          continue;
        }
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          if (this.#signal.aborted) resolve();
        });
        this.#wake = null;
      }
    } finally {
      this.#signal.removeEventListener("abort", wake);
    }
  }
}
