/** From where to where of a text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One jump for each pair of bytes. */
const TABLE_SIZE = 1 << 16;

/** Longer jumps than this would save nothing. */
const MAX_WINDOW = 32;

/** Units on which a jump depends. Two were faster than three with short needles, and as fast with long ones (measured). */
const BLOCK = 2;

/**
 * Where the text lies that is looked at: a byte of an array is read faster than a unit of a string (measured).
 * What is searched is searched at once, so all searches share it.
 */
const bytes = Buffer.alloc(64 * 1024);

/**
 * Finds many strings in a text at once, in the manner of Wu and Manber: looks at the last two units of a window,
 * and jumps as far as no needle can end there. Where none occurs, a fraction of the text is looked at.
 */
export class Needles {
  /** As long as the shortest needle; 0 without any. */
  readonly #window: number;
  readonly #jumps: Uint8Array<ArrayBuffer>;
  readonly #endingWith = new Map<number, string[]>();

  /** @param needles each of two units or more @throws RangeError for a shorter one */
  constructor(needles: readonly string[]) {
    const shortest = needles.reduce((least, { length }) => Math.min(least, length), MAX_WINDOW);
    if (shortest < BLOCK) throw new RangeError(`needles: ${shortest} units are too few, give ${BLOCK} or more`);
    this.#window = needles.length === 0 ? 0 : shortest;
    this.#jumps = new Uint8Array(TABLE_SIZE).fill(Math.max(1, this.#window - BLOCK + 1));
    for (const needle of new Set(needles)) this.#add(needle);
  }

  #add(needle: string): void {
    for (let end = BLOCK - 1; end < this.#window; end++) {
      const block = blockAt(needle, end);
      this.#jumps[block] = Math.min(this.#jumps[block] ?? 0, this.#window - 1 - end);
    }
    const last = blockAt(needle, this.#window - 1);
    const others = this.#endingWith.get(last) ?? [];
    others.push(needle);
    this.#endingWith.set(last, others);
  }

  /** Where needles occur, overlapping ones too, by the order of their beginnings; `null` when none does. */
  find(text: string): Span[] | null {
    const window = this.#window;
    if (window === 0) return null;
    const spans: Span[] = [];
    // Each piece begins with the units in which a window that ends in it may begin.
    for (let from = 0; from + window <= text.length; from += bytes.length - window + 1) {
      this.#findIn(text, from, spans);
    }
    return spans.length === 0 ? null : spans;
  }

  /** In the units from `from` on that `bytes` takes. */
  #findIn(text: string, from: number, spans: Span[]): void {
    const window = this.#window;
    const jumps = this.#jumps;
    // Of each unit the lower byte, of needles too: what is found so is compared.
    const length = bytes.write(from === 0 ? text : text.slice(from, from + bytes.length), "latin1");
    for (let at = window - 1; at < length;) {
      const block = (bytes[at] ?? 0) | ((bytes[at - 1] ?? 0) << 8);
      const jump = jumps[block] ?? 1;
      if (jump > 0) {
        at += jump;
        continue;
      }
      const start = from + at - window + 1;
      for (const needle of this.#endingWith.get(block) ?? []) {
        if (text.startsWith(needle, start)) spans.push({ start, end: start + needle.length });
      }
      at += 1;
    }
  }
}

/** Stands for the two units that end at `at`: the lower byte of each. */
function blockAt(text: string, at: number): number {
  return (text.charCodeAt(at) & 0xff) | ((text.charCodeAt(at - 1) & 0xff) << 8);
}
