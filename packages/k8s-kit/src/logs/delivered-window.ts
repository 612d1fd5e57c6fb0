import type { DeliveredLine } from "./line-key.ts";
import type { Stamp } from "./timestamp.ts";

/**
 * So many different lines are remembered. A resume repeats the lines of two seconds, in the same order; that a line of them is
 * old is known by its own memory, or by its stamp when what is remembered begins after it. So this bounds only by how many
 * lines two writers may be out of order around a rotation, and costs 160 KB.
 */
export const WINDOW_LINES = 4096;

/** The lines delivered last. The same line many times over takes the place of one. */
export class DeliveredWindow {
  readonly #seconds: number[] = [];
  readonly #nanos: number[] = [];
  readonly #hashes: number[] = [];
  readonly #lengths: number[] = [];
  readonly #counts: number[] = [];
  /** Where the next line goes, once the window is full. */
  #next = 0;
  #newest = -1;
  #forgotten: Stamp | null;

  /** `forgotten`: every line up to this stamp was delivered, though it is not remembered. */
  constructor(forgotten: Stamp | null = null) {
    this.#forgotten = forgotten;
  }

  add(seconds: number, nanos: number, hash: number, length: number, count: number = 1): void {
    const newest = this.#newest;
    if (
      this.#nanos[newest] === nanos &&
      this.#hashes[newest] === hash &&
      this.#lengths[newest] === length &&
      this.#seconds[newest] === seconds
    ) {
      this.#counts[newest] = (this.#counts[newest] ?? 0) + count;
      return;
    }
    const at = this.#next;
    if (this.#seconds.length === WINDOW_LINES) this.#forget(at);
    this.#seconds[at] = seconds;
    this.#nanos[at] = nanos;
    this.#hashes[at] = hash;
    this.#lengths[at] = length;
    this.#counts[at] = count;
    this.#newest = at;
    this.#next = at + 1 === WINDOW_LINES ? 0 : at + 1;
  }

  /** The line added last. */
  get newest(): DeliveredLine | null {
    return this.#newest < 0 ? null : this.#at(this.#newest);
  }

  /** Is this a line that was added, or one as old as those that are forgotten? */
  has(stamp: Stamp, hash: number, length: number): boolean {
    if (this.#forgotten && !isAfter(stamp.seconds, stamp.nanos, this.#forgotten)) return true;
    for (let at = 0; at < this.#nanos.length; at += 1) {
      const same = this.#nanos[at] === stamp.nanos && this.#seconds[at] === stamp.seconds;
      if (same && this.#hashes[at] === hash && this.#lengths[at] === length) return true;
    }
    return false;
  }

  /** What is remembered of the lines from this second on, oldest first, and the highest stamp of all others. */
  since(second: number): { lines: DeliveredLine[]; forgotten: Stamp | null } {
    const lines: DeliveredLine[] = [];
    let forgotten = this.#forgotten;
    const size = this.#seconds.length;
    const first = size === WINDOW_LINES ? this.#next : 0;
    for (let index = 0; index < size; index += 1) {
      const line = this.#at((first + index) % WINDOW_LINES);
      if (line.seconds >= second) lines.push(line);
      else forgotten = later(forgotten, line);
    }
    return { lines, forgotten };
  }

  #at(index: number): DeliveredLine {
    return {
      seconds: this.#seconds[index] ?? 0,
      nanos: this.#nanos[index] ?? 0,
      hash: this.#hashes[index] ?? 0,
      length: this.#lengths[index] ?? 0,
      count: this.#counts[index] ?? 0,
    };
  }

  #forget(index: number): void {
    const [seconds = 0, nanos = 0] = [this.#seconds[index], this.#nanos[index]];
    const forgotten = this.#forgotten;
    if (!forgotten || isAfter(seconds, nanos, forgotten)) this.#forgotten = { seconds, nanos };
  }
}

/** Is this moment after `stamp`? */
export function isAfter(seconds: number, nanos: number, stamp: Stamp): boolean {
  return seconds > stamp.seconds || (seconds === stamp.seconds && nanos > stamp.nanos);
}

function later(one: Stamp | null, { seconds, nanos }: Stamp): Stamp {
  return one && !isAfter(seconds, nanos, one) ? one : { seconds, nanos };
}
