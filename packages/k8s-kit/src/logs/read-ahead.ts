import type { Clock } from "../time/clock.ts";

/** What one read of the body brought. */
export interface Chunk {
  readonly bytes: Uint8Array;
  /** Monotonic milliseconds. */
  readonly arrivedAt: number;
  /** How long the socket had waited for the consumer by then, all in all, milliseconds. */
  readonly waitedMs: number;
}

/**
 * Reads a body ahead of its consumer, up to a bound. The kubelet loses what is rotated away behind a reader that is slow, so
 * the consumer's own pace reaches the socket only when the buffer is full.
 */
export class ReadAhead {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #clock: Clock;
  readonly #maxBytes: number;
  #chunks: (Chunk | undefined)[] = [];
  #taken = 0;
  #bytes = 0;
  #end: { readonly error: unknown } | "well" | null = null;
  #lastByteAt: number;
  #waiting: (() => void) | null = null;
  #full: PromiseWithResolvers<void> | null = null;

  #waitedMs = 0;
  #fullSince = 0;

  /** Begins to read. `maxBytes`: what is held at most, and one chunk. */
  constructor(reader: ReadableStreamDefaultReader<Uint8Array>, clock: Clock, maxBytes: number) {
    this.#reader = reader;
    this.#clock = clock;
    this.#maxBytes = maxBytes;
    this.#lastByteAt = clock.monotonic();
    void this.#pump(); // What it meets is told by `next`.
  }

  /** Monotonic time since when the server has said nothing; now, where it is we who do not listen. */
  get quietSince(): number {
    return this.#full ? this.#clock.monotonic() : this.#lastByteAt;
  }

  /** The next chunk; `null` at the end. @throws what the body failed with, after all that came before it */
  async next(): Promise<Chunk | null> {
    for (;;) {
      const chunk = this.#chunks[this.#taken];
      if (chunk) {
        this.#release(chunk);
        return chunk;
      }
      if (this.#end === "well") return null;
      if (this.#end) throw this.#end.error;
      await new Promise<void>((resolve) => (this.#waiting = resolve));
    }
  }

  /** Forgets what was not taken. The body itself is ended by its request's signal. */
  discard(): void {
    this.#end ??= "well";
    this.#chunks = [];
    this.#taken = 0;
    this.#bytes = 0;
    this.#full?.resolve();
    this.#waiting?.();
  }

  #release({ bytes }: Chunk): void {
    this.#bytes -= bytes.length;
    this.#chunks[this.#taken] = undefined; // Not kept alive by its place in the array.
    this.#taken += 1;
    if (this.#taken === this.#chunks.length) {
      this.#chunks = [];
      this.#taken = 0;
    } else if (this.#taken === 1024) {
      this.#chunks = this.#chunks.slice(this.#taken);
      this.#taken = 0;
    }
    if (this.#full && this.#bytes < this.#maxBytes) {
      this.#lastByteAt = this.#clock.monotonic();
      this.#waitedMs += this.#lastByteAt - this.#fullSince;
      this.#full.resolve();
      this.#full = null;
    }
  }

  async #pump(): Promise<void> {
    try {
      for (;;) {
        const { value, done } = await this.#reader.read();
        if (this.#end) return; // Discarded.
        this.#lastByteAt = this.#clock.monotonic();
        if (done) break;
        this.#chunks.push({ bytes: value, arrivedAt: this.#lastByteAt, waitedMs: this.#waitedMs });
        this.#bytes += value.length;
        this.#waiting?.();
        this.#waiting = null;
        if (this.#bytes < this.#maxBytes) continue;
        this.#fullSince = this.#lastByteAt;
        this.#full = Promise.withResolvers();
        await this.#full.promise;
        if (this.#end) return;
      }
      this.#end = "well";
    } catch (error) {
      this.#end ??= { error };
    }
    this.#waiting?.();
  }
}
