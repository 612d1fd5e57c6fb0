/** What Paperclip's live view carries of a line, bytes: longer ones are handed over shortened, but begin as they were written. */
const MAX_LINE_BYTES = 8192;
/** Characters of an event up to the id of its part, by which no two of a run are the same. */
const HEAD = 150;

/** What became of the lines of a run, each counted as often as it was written; their order is the scenario's to check. */
export interface LineCounts {
  readonly written: number;
  readonly delivered: number;
  /** Written more often than delivered. */
  readonly lost: number;
  /** Delivered more often than written. */
  readonly doubled: number;
  /**
   * Delivered, and only the end of a line, or the beginning of one and the end of another: rotation has cut lines in two, and the
   * log between the halves is gone. Whole, they count as lost.
   */
  readonly halves: number;
  /** The first line that was doubled, by its beginning and its end. */
  readonly firstDoubled?: string;
}

export function compareLines(written: readonly string[], delivered: readonly string[]): LineCounts {
  const left = new Map<string, number>();
  for (const line of written) add(left, keyOf(line), 1);
  const isWritten = (line: string): boolean => left.has(keyOf(line));
  const strange = delivered.filter((line) => !isWritten(line));
  const halves = strange.filter((line) => isOfHalves(line, written));
  for (const line of delivered) add(left, keyOf(line), -1);
  const counts = [...left.values()];
  const firstDoubled = delivered.find((line) => (left.get(keyOf(line)) ?? 0) < 0 && !halves.includes(line));
  return {
    written: written.length,
    delivered: delivered.length,
    lost: sum(counts.filter((count) => count > 0)),
    doubled: sum(counts.filter((count) => count < 0).map((count) => -count)) - halves.length,
    halves: halves.length,
    ...(firstDoubled !== undefined && { firstDoubled: `${firstDoubled.slice(0, 200)} … ${firstDoubled.slice(-100)}` }),
  };
}

/** Of a line in the node's file, with its time, stream and tag; a cut may go through it. Characters. */
const CRI_HEADER = 50;

function isOfHalves(line: string, written: readonly string[]): boolean {
  const beginning = written.reduce((longest, each) => Math.max(longest, sharedBeginning(line, each)), 0);
  const end = line.slice(beginning);
  if (end === "") return false;
  return written.some((each) => {
    const before = end.length - each.length;
    return before < 0 ? each.endsWith(end) : beginning > 0 && before <= CRI_HEADER && end.endsWith(each);
  });
}

function sharedBeginning(one: string, other: string): number {
  let shared = 0;
  while (shared < one.length && one[shared] === other[shared]) shared += 1;
  return shared;
}

function keyOf(line: string): string {
  const isShortened = Buffer.byteLength(line) >= MAX_LINE_BYTES || line.includes("left out]");
  return isShortened ? line.slice(0, HEAD) : line;
}

function add(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}
