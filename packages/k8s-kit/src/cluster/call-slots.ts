/** At most so many calls at a time; the others wait their turn, first come, first served. */
export class CallSlots {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(size: number) {
    this.#free = size;
  }

  /** Resolves when there is a slot, which is held until disposed. @throws the signal's reason */
  async take(signal: AbortSignal | null | undefined): Promise<Disposable> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn(signal);
    return { [Symbol.dispose]: () => this.#give() };
  }

  async #turn(signal: AbortSignal | null | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = (): void => {
      this.#waiting.delete(resolve);
      reject(signal?.reason as Error);
    };
    this.#waiting.add(resolve);
    signal?.addEventListener("abort", giveUp, { once: true });
    try {
      await promise;
    } finally {
      signal?.removeEventListener("abort", giveUp);
    }
  }

  /** The slot goes to the one who waits longest. */
  #give(): void {
    const [next] = this.#waiting;
    if (!next) return void (this.#free += 1);
    this.#waiting.delete(next);
    next();
  }
}
