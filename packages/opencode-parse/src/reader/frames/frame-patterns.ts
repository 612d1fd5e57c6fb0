// Pieces of the frames, as sources of regular expressions. All are matched where they are expected (sticky).

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

/** The hash of the work tree, where there is one. */
export const SNAPSHOT: string = `(?:,"snapshot":${STRING})?`;

/** The last member of texts and of the states of tools. */
export const TIME: string = String.raw`,"time":\{"start":\d+,"end":\d+\}`;

/** Where the match of a sticky pattern at `index` ends; -1 if there is none. */
export function matchAt(pattern: RegExp, line: string, index: number): number {
  pattern.lastIndex = index;
  return pattern.test(line) ? pattern.lastIndex : -1;
}
