import { matchAt } from "./frame-patterns.ts";

const ZERO = 0x30;
const NINE = 0x39;
const POINT = 0x2e;

/** Any whole number of up to 15 digits is exact in a double. */
const MAX_DIGITS = 15;
const POWERS_OF_TEN: readonly number[] = Array.from({ length: MAX_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

/**
 * Numbers at known places in the tail of a line, read without allocating anything.
 *
 * The numbers are the very doubles that `JSON.parse` makes: the operands of the one division are exact. Spelled in any
 * other way (negative, with an exponent, over 15 digits) they do not match, and are left to `JSON.parse`.
 */
export class NumberLayout {
  /** The numbers that `read` found, in the order of the template. */
  readonly numbers: number[];
  readonly #pattern: RegExp;
  /** Characters before each number since the end of the one before it. */
  readonly #gaps: readonly number[];

  /** @param template the tail as it is printed, with a `#` for each number */
  constructor(template: string) {
    const texts = template.split("#");
    this.#gaps = texts.slice(0, -1).map((text) => text.length);
    this.#pattern = new RegExp(`${texts.map(literally).join(String.raw`\d+(?:\.\d+)?`)}$`, "y");
    this.numbers = this.#gaps.map(() => 0);
  }

  /** Whether the line from `start` to its end is such a tail; if so, its numbers were read. */
  read(line: string, start: number): boolean {
    if (matchAt(this.#pattern, line, start) < 0) return false;
    let at = start;
    for (let index = 0; index < this.#gaps.length; index++) {
      at += this.#gaps[index] ?? 0;
      const first = at;
      let value = 0;
      let point = -1;
      for (; ; at++) {
        const code = line.charCodeAt(at);
        if (code >= ZERO && code <= NINE) value = value * 10 + (code - ZERO);
        else if (code === POINT) point = at;
        else break;
      }
      if (at - first > MAX_DIGITS) return false;
      this.numbers[index] = point < 0 ? value : value / (POWERS_OF_TEN[at - point - 1] ?? Number.NaN);
    }
    return true;
  }
}

function literally(text: string): string {
  return text.replace(/[{}.]/g, String.raw`\$&`);
}
