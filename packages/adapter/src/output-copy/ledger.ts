import { hash } from "node:crypto";

/** A line as a log delivers it, or a file has it. */
export interface OutputLine {
  /** Its beginning, where it is longer than anybody reads. */
  readonly text: string;
  /** Bytes of all of it, its newline not counted. */
  readonly bytes: number;
}

/**
 * Remembers which lines were delivered, as far as it takes to find out which of all lines were not: their number as long as
 * nothing is missing, from the first gap on 48 bits of each.
 */
export class Ledger {
  /** Lines before the first gap, but for the last of them. */
  #before = 0;
  #last: OutputLine | null = null;
  /** From the last line before the first gap on; `null` while there is no gap. */
  #keys: number[] | null = null;
  /** Places of lines next to a gap: rotation may have cut them, so that OpenCode wrote none like them. */
  readonly #doubtful = new Set<number>();
  #isBehindGap = false;

  /** The next line was delivered. */
  add(line: OutputLine): void {
    if (this.#keys === null) {
      if (this.#last) this.#before += 1;
      this.#last = line;
      return;
    }
    if (this.#isBehindGap) this.#doubtful.add(this.#keys.length);
    this.#isBehindGap = false;
    this.#keys.push(keyOf(line));
  }

  /** Lines may be missing here. */
  gap(): void {
    this.#keys ??= this.#last ? [keyOf(this.#last)] : [];
    if (this.#keys.length > 0) this.#doubtful.add(this.#keys.length - 1);
    this.#isBehindGap = true;
  }

  /** To be held against all lines, when no more are delivered. */
  comparison(): Comparison {
    this.gap(); // Whatever ended the log may have cut its last line.
    return new Comparison(this.#before, this.#keys ?? [], this.#doubtful);
  }
}

/** Tells which lines are missing. It is shown all lines, in their order, twice or more often. */
export class Comparison {
  readonly #before: number;
  readonly #keys: readonly number[];
  readonly #doubtful: ReadonlySet<number>;
  /** Lines next to a gap that there may be, and those that there are. */
  readonly #wanted: ReadonlySet<number>;
  readonly #written = new Set<number>();

  constructor(before: number, keys: readonly number[], doubtful: ReadonlySet<number>) {
    this.#before = before;
    this.#keys = keys;
    this.#doubtful = doubtful;
    this.#wanted = new Set(keys.filter((_, place) => doubtful.has(place)));
  }

  /** First of each line: OpenCode wrote it. */
  show(line: OutputLine): void {
    const key = keyOf(line);
    if (this.#wanted.has(key)) this.#written.add(key);
  }

  /** Then, for each time that all lines are gone through. */
  search(): Search {
    const keys = this.#keys.filter((key, place) => !this.#doubtful.has(place) || this.#written.has(key));
    return new Search(this.#before, keys);
  }
}

/** Goes through all lines once. */
export class Search {
  #before: number;
  readonly #keys: readonly number[];
  #place = 0;

  constructor(before: number, keys: readonly number[]) {
    this.#before = before;
    this.#keys = keys;
  }

  /** Was the next line not delivered? Where equal lines are some delivered and some not, as many are missing as are. */
  isMissing(line: OutputLine): boolean {
    if (this.#before > 0) {
      this.#before -= 1;
      return false;
    }
    if (this.#keys[this.#place] !== keyOf(line)) return true;
    this.#place += 1;
    return false;
  }

  /** At the end: has everything that was delivered been found? */
  get isOver(): boolean {
    return this.#before === 0 && this.#place === this.#keys.length;
  }
}

/** Two long lines that begin with so many equal characters, and are of one length, are one. */
const KEY_CHARACTERS = 65_536;

function keyOf({ text, bytes }: OutputLine): number {
  return hash("sha1", `${bytes}:${text.slice(0, KEY_CHARACTERS)}`, "buffer").readUIntBE(0, 6);
}
