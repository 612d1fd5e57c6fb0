/** A moment as the container runtime stamps it. Two numbers: a double cannot hold nanoseconds since the epoch. */
export interface Stamp {
  /** Seconds since the epoch. */
  readonly seconds: number;
  /** Nanoseconds since then, below 1e9. */
  readonly nanos: number;
}

const SPACE = 0x20;
const ZERO = 0x30;
const [PLUS, DASH, COLON, DOT, LETTER_Z] = [0x2b, 0x2d, 0x3a, 0x2e, 0x5a];
/** `2006-01-02T15:04:05` and, where there are nanoseconds, the dot after it. */
const SECOND_LENGTH = 19;

/**
 * Reads the prefix that `timestamps=true` puts before a line: `2006-01-02T15:04:05.999999999Z `, or with a zone such as
 * `+02:00` (the node's). An object only to be fast: it says what it read without making another, and the lines of one second
 * share all but their nanoseconds.
 */
export class StampReader {
  /** Seconds since the epoch, of the stamp read last. */
  seconds = 0;
  nanos = 0;
  /** Where the line's own text begins. */
  textAt = 0;
  readonly #second = Buffer.alloc(SECOND_LENGTH);
  /** What {@link #second} says, in UTC. */
  #utc = Number.NaN;

  /** Reads the line that lies in `bytes` from `start` to `end`; false where it has no such prefix. */
  read(bytes: Buffer, start: number, end: number): boolean {
    if (end - start <= SECOND_LENGTH || bytes[start + SECOND_LENGTH] !== DOT) return false;
    if (!this.#sameSecond(bytes, start) && !this.#readSecond(bytes, start)) return false;
    let at = start + SECOND_LENGTH + 1;
    let nanos = 0;
    let scale = 1_000_000_000;
    for (let digit = digitAt(bytes, at); digit >= 0 && scale > 1; digit = digitAt(bytes, at)) {
      scale /= 10;
      nanos += digit * scale;
      at += 1;
    }
    const isUtc = bytes[at] === LETTER_Z;
    const zone = isUtc ? 0 : zoneMinutes(bytes, at);
    if (zone === null) return false;
    const stampEnd = at + (isUtc ? 1 : 6);
    if (stampEnd > end || (stampEnd < end && bytes[stampEnd] !== SPACE)) return false;
    this.seconds = this.#utc - zone * 60;
    this.nanos = nanos;
    this.textAt = Math.min(stampEnd + 1, end);
    return true;
  }

  #sameSecond(bytes: Buffer, start: number): boolean {
    // From the end: that is where two seconds differ.
    for (let at = SECOND_LENGTH - 1; at >= 0; at -= 1) if (bytes[start + at] !== this.#second[at]) return false;
    return true;
  }

  #readSecond(bytes: Buffer, start: number): boolean {
    const text = bytes.toString("latin1", start, start + SECOND_LENGTH);
    if (!CIVIL_SECOND.test(text)) return false;
    const milliseconds = Date.parse(`${text}Z`);
    if (Number.isNaN(milliseconds)) return false;
    this.#utc = milliseconds / 1000;
    bytes.copy(this.#second, 0, start, start + SECOND_LENGTH);
    return true;
  }
}

const CIVIL_SECOND = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/;

/** Minutes east of UTC; `null` where no zone stands. */
function zoneMinutes(bytes: Buffer, at: number): number | null {
  const sign = bytes[at] === PLUS ? 1 : bytes[at] === DASH ? -1 : null;
  const digits = [1, 2, 4, 5].map((offset) => digitAt(bytes, at + offset));
  const [h1 = 0, h2 = 0, m1 = 0, m2 = 0] = digits;
  if (sign === null || digits.includes(-1) || bytes[at + 3] !== COLON) return null;
  return sign * (h1 * 600 + h2 * 60 + m1 * 10 + m2);
}

/** -1 where no digit stands. */
function digitAt(bytes: Buffer, at: number): number {
  const digit = (bytes[at] ?? 0) - ZERO;
  return digit >= 0 && digit <= 9 ? digit : -1;
}
