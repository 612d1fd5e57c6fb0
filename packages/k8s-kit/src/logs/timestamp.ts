/** A moment as the container runtime stamps it. Two numbers: a double cannot hold nanoseconds since the epoch. */
export interface Stamp {
  /** Seconds since the epoch. */
  readonly seconds: number;
  readonly nanos: number;
}

/** A stamp and the offset in the bytes behind it, where the line's own text begins. */
export interface Stamped extends Stamp {
  readonly textAt: number;
}

const SPACE = 0x20;
const ZERO = 0x30;
const [DASH, COLON, DOT, LETTER_T, LETTER_Z] = [0x2d, 0x3a, 0x2e, 0x54, 0x5a];

/**
 * Reads the prefix that `timestamps=true` puts before a line: `2006-01-02T15:04:05.999999999Z ` or with a zone such as
 * `+02:00` (the node's). Stateful only to be fast: lines of one second share all but their nanoseconds.
 */
export class StampReader {
  #prefix: Buffer = Buffer.alloc(0);
  #seconds = 0;

  /** `null` where the line has no such prefix: the headless tail of a line that began before the stream. */
  read(line: Buffer): Stamped | null {
    if (line.length < 21 || line[4] !== DASH || line[10] !== LETTER_T || line[13] !== COLON || line[19] !== DOT) return null;
    let at = 20;
    let nanos = 0;
    for (; at < 29; at += 1) {
      const digit = (line[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) break;
      nanos = nanos * 10 + digit;
    }
    if (at === 20) return null;
    for (let missing = at; missing < 29; missing += 1) nanos *= 10;
    const zoneEnd = line[at] === LETTER_Z ? at + 1 : at + 6;
    if (line[zoneEnd] !== SPACE && zoneEnd !== line.length) return null;
    if (!this.#sameSecond(line, at, zoneEnd)) {
      const milliseconds = Date.parse(line.toString("latin1", 0, 19) + line.toString("latin1", at, zoneEnd));
      if (Number.isNaN(milliseconds)) return null;
      this.#seconds = milliseconds / 1000;
      this.#prefix = Buffer.concat([line.subarray(0, 19), line.subarray(at, zoneEnd)]);
    }
    return { seconds: this.#seconds, nanos, textAt: zoneEnd + 1 };
  }

  #sameSecond(line: Buffer, zoneAt: number, zoneEnd: number): boolean {
    const prefix = this.#prefix;
    return (
      prefix.length === 19 + zoneEnd - zoneAt &&
      line.compare(prefix, 0, 19, 0, 19) === 0 &&
      line.compare(prefix, 19, prefix.length, zoneAt, zoneEnd) === 0
    );
  }
}
