/** A moment as the container runtime stamps it. Two numbers: a double cannot hold nanoseconds since the epoch. */
export interface Stamp {
  /** Seconds since the epoch. */
  readonly seconds: number;
  readonly nanos: number;
}

/** A stamp, and where the line's own text begins behind it. */
export interface Stamped extends Stamp {
  /** Offset in bytes. */
  readonly textAt: number;
}

const SPACE = 0x20;
const ZERO = 0x30;
const [PLUS, DASH, COLON, DOT, LETTER_T, LETTER_Z] = [0x2b, 0x2d, 0x3a, 0x2e, 0x54, 0x5a];
/** `2006-01-02T15:04:05` and, where there are nanoseconds, the dot after it. */
const SECOND_LENGTH = 19;

/**
 * Reads the prefix that `timestamps=true` puts before a line: `2006-01-02T15:04:05.999999999Z `, or with a zone such as
 * `+02:00` (the node's). Stateful only to be fast: the lines of one second share all but their nanoseconds.
 */
export class StampReader {
  #civil = -1;
  #zone = 0;
  #seconds = 0;

  /** `null` where the line has no such prefix: the headless tail of a line that began before the stream. */
  read(line: Buffer): Stamped | null {
    const civil = civilSecond(line);
    if (civil === null || line[SECOND_LENGTH] !== DOT) return null;
    let at = SECOND_LENGTH + 1;
    let nanos = 0;
    let scale = 1_000_000_000;
    for (let digit = digitAt(line, at); digit !== null && scale > 1; digit = digitAt(line, at)) {
      scale /= 10;
      nanos += digit * scale;
      at += 1;
    }
    const zone = zoneMinutes(line, at);
    if (zone === null) return null;
    const end = at + (line[at] === LETTER_Z ? 1 : 6);
    if (line[end] !== SPACE && end !== line.length) return null;
    if (civil !== this.#civil || zone !== this.#zone) {
      const milliseconds = Date.parse(`${line.toString("latin1", 0, SECOND_LENGTH)}Z`);
      if (Number.isNaN(milliseconds)) return null;
      this.#seconds = milliseconds / 1000 - zone * 60;
      this.#civil = civil;
      this.#zone = zone;
    }
    return { seconds: this.#seconds, nanos, textAt: end + 1 };
  }
}

/** The fourteen digits of `2006-01-02T15:04:05` as one number; `null` where something else stands there. */
function civilSecond(line: Buffer): number | null {
  if (line.length < SECOND_LENGTH + 2) return null;
  let civil = 0;
  for (let at = 0; at < SECOND_LENGTH; at += 1) {
    const separator = SEPARATORS[at];
    if (separator !== undefined) {
      if (line[at] !== separator) return null;
      continue;
    }
    const digit = digitAt(line, at);
    if (digit === null) return null;
    civil = civil * 10 + digit;
  }
  return civil;
}

const SEPARATORS: Readonly<Record<number, number>> = { 4: DASH, 7: DASH, 10: LETTER_T, 13: COLON, 16: COLON };

/** Minutes east of UTC; `null` where no zone stands. */
function zoneMinutes(line: Buffer, at: number): number | null {
  if (line[at] === LETTER_Z) return 0;
  const sign = line[at] === PLUS ? 1 : line[at] === DASH ? -1 : null;
  const digits = [1, 2, 4, 5].flatMap((offset) => digitAt(line, at + offset) ?? []);
  const [h1 = 0, h2 = 0, m1 = 0, m2 = 0] = digits;
  if (sign === null || digits.length < 4 || line[at + 3] !== COLON) return null;
  return sign * (h1 * 600 + h2 * 60 + m1 * 10 + m2);
}

function digitAt(line: Buffer, at: number): number | null {
  const digit = (line[at] ?? 0) - ZERO;
  return digit >= 0 && digit <= 9 ? digit : null;
}
