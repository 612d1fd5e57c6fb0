// Pieces of the frames, as sources of regular expressions. Heads are matched from the first character of a line
// (sticky), tails near its last one (global, from a given index).

/** A string without escapes, as ids are. */
export const STRING: string = String.raw`"[^"\\]*"`;

/** What follows the type of every event that has a part. */
export const PART: string = String.raw`,"timestamp":\d+,"sessionID":${STRING},"part":\{`;

const NEW_OWNERS = `"messageID":${STRING},"sessionID":${STRING}`;
const OLD_OWNERS = `"sessionID":${STRING},"messageID":${STRING}`;

/** The ids of message and session, in both orders. */
export const OWNERS: string = `(?:${NEW_OWNERS}|${OLD_OWNERS})`;

/** The ids that most parts begin with. */
export const IDS: string = `"id":${STRING},${OWNERS}`;

/** The time that parts end with, up to the end of the event. */
export const TIME: string = String.raw`,"time":\{"start":\d+,"end":\d+\}\}\}`;

/** No tail that is looked for from the end is longer: an id and its key are 50 characters, a time is 60. */
const MAX_TAIL_LENGTH = 96;

/** Where the match of a sticky pattern at `index` ends; -1 if there is none. */
export function matchAt(pattern: RegExp, line: string, index: number): number {
  pattern.lastIndex = index;
  return pattern.test(line) ? pattern.lastIndex : -1;
}

/** Whether a global pattern that ends in `$` matches the end of the line. */
export function matchEnd(pattern: RegExp, line: string): boolean {
  pattern.lastIndex = Math.max(0, line.length - MAX_TAIL_LENGTH);
  return pattern.test(line);
}
