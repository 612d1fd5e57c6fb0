export interface RunReaderOptions {
  /** How many errors, and how many tool errors, a report keeps: the last ones. Default 20. */
  readonly keptErrors?: number;
  /** Longest message kept of an error, in UTF-16 units. Default 4000. */
  readonly keptMessageLength?: number;
  /**
   * Longest line that is looked at, in bytes of UTF-8; a longer one is counted as `other` and in `oversizedLines`.
   * Default 8 MiB: a line holds one text or one tool call, and the longest one seen is an answer of 3 MB. At most 256 MiB.
   */
  readonly maxLineBytes?: number;
  /**
   * Price of a million output tokens in US dollars, as in OpenCode's configuration. With it the cost that versions up
   * to 1.2.27 print for reasoning is corrected. Not needed for others.
   */
  readonly outputUsdPerMillion?: number;
  /**
   * So many steps in a row with the reason `unknown` are a loop. Default 10: a few may be streams that broke, and
   * OpenCode comes to 10 within two seconds where it never ends (measured: 7 a second).
   */
  readonly unknownFinishLimit?: number;
  /**
   * So many calls in a row of the same tool with the same input are a loop. Default 10: who waits for a build asks
   * again, too, and OpenCode itself stops 4 only where they come in one response.
   */
  readonly sameToolCallLimit?: number;
}

/** A string of V8 has at most 2 ** 29 UTF-16 units, and a line is copied while it is read. */
const LONGEST_LINE = 2 ** 28;

const RANGES: readonly (readonly [name: keyof RunReaderOptions, min: number, max: number])[] = [
  ["keptErrors", 0, Infinity],
  ["keptMessageLength", 0, Infinity],
  ["maxLineBytes", 1, LONGEST_LINE],
  ["outputUsdPerMillion", 0, Number.MAX_SAFE_INTEGER],
  ["unknownFinishLimit", 1, Infinity],
  ["sameToolCallLimit", 1, Infinity],
];

/** @throws RangeError that names the option, its value and what it may be; trying again cannot help */
export function checkOptions(options: RunReaderOptions): void {
  for (const [name, min, max] of RANGES) {
    const value = options[name];
    if (value === undefined || (value >= min && value <= max)) continue;
    throw new RangeError(`${name} is ${value}: it must be a number from ${min} to ${max}`);
  }
}
