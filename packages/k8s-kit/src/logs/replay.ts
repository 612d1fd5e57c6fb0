import { isAfter } from "./delivered-window.ts";
import { type DeliveredLine, keyText } from "./line-key.ts";
import type { Stamp } from "./timestamp.ts";

/**
 * The lines that a connection will repeat: the multiset of those that were delivered before it; each is subtracted once.
 * A file is sent in its own order, so that all lines before the first one remembered were delivered, too.
 */
export class Replay {
  readonly #expected = new Map<string, number>();
  #forgotten: Stamp | null;
  readonly #last: string | null = null;
  /** No line after this second can be a repeated one. */
  #until = Number.NEGATIVE_INFINITY;
  /** The highest stamp of those remembered. */
  readonly #newest: Stamp | null = null;
  #repeated = false;

  /** @param lines what is remembered, oldest first; `forgotten`: the highest stamp of the lines delivered before them */
  constructor(lines: readonly DeliveredLine[], forgotten: Stamp | null) {
    this.#forgotten = forgotten;
    for (const { seconds, nanos, hash, length, count } of lines) {
      const key = keyText(seconds, nanos, hash, length);
      this.#expected.set(key, (this.#expected.get(key) ?? 0) + count);
      this.#until = Math.max(this.#until, seconds);
      if (!this.#newest || isAfter(seconds, nanos, this.#newest)) this.#newest = { seconds, nanos };
      this.#last = key;
    }
  }

  /** Does this stream continue one that delivered lines? */
  get resumed(): boolean {
    return this.#last !== null;
  }

  /**
   * Has this stream shown that it goes on where the last one stopped? A resume asks for the last delivered line again:
   * a stream that begins with anything else shows that the log was rotated away in between.
   */
  get connected(): boolean {
    return this.#repeated || !this.resumed;
  }

  /** Has this stream come past the last line delivered? A stream that ends before has proved nothing. */
  get caughtUp(): boolean {
    return this.#last === null || !this.#expected.has(this.#last);
  }

  /** The beginning of this stream was, or may have been, rotated away: from here on no line is an old one by its stamp alone. */
  forget(): void {
    this.#forgotten = null;
  }

  /**
   * May lines that were delivered follow one of this stamp that was not? They are as new, and in the same file, so that they are
   * there already.
   */
  mayFollow(stamp: Stamp): boolean {
    return this.#newest !== null && !isAfter(stamp.seconds, stamp.nanos, this.#newest);
  }

  /** Was this line delivered before? Each delivered line answers yes once. */
  has(seconds: number, nanos: number, hash: number, length: number): boolean {
    const forgotten = this.#forgotten;
    if (!this.connected && forgotten && !isAfter(seconds, nanos, forgotten)) return true;
    if (this.#expected.size === 0) return false;
    if (seconds > this.#until) {
      // Where rotation took the file's beginning, what is left over will never come.
      if (this.connected) this.#expected.clear();
      return false;
    }
    const key = keyText(seconds, nanos, hash, length);
    const count = this.#expected.get(key);
    if (count === undefined) return false;
    if (count === 1) this.#expected.delete(key);
    else this.#expected.set(key, count - 1);
    this.#repeated = true;
    return true;
  }
}
