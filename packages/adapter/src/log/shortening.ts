import { parsedJson } from "./json-texts.ts";

/** Of a chunk, Paperclip's live view carries the last 8 KiB only (2026.824 and 2026.916): a line and its newline must fit. */
export const MAX_LINE_BYTES = 8 * 1024 - 1;

/** Texts up to this length, UTF-16 units, stay whole as long as others can be shortened: names, ids, titles. */
const SHORT = 200;
/** A note of what is missing takes this many bytes at most, with what is kept beyond a place where a text must not be cut. */
const NOTE = 80;
/** A text of which less than this would be left, bytes, is not worth keeping beside so many others. */
const LEAST = 100;

/**
 * The line, or one of 8 KiB at most that says where and how much of it is missing. Of JSON long texts lose their middle, and where
 * that is not enough, lists and objects their end; it stays valid, and everything else as it was.
 */
export function shortenLine(line: string): string {
  if (fits(line)) return line;
  if (!line.startsWith("{")) return withoutMiddle(line, MAX_LINE_BYTES - NOTE);
  return shortenTexts(line) ?? shortenMembers(line) ?? withoutMiddle(line, MAX_LINE_BYTES - NOTE);
}

/** Does it need no shortening? */
export function fits(line: string): boolean {
  if (line.length > MAX_LINE_BYTES) return false;
  return line.length * 3 <= MAX_LINE_BYTES || Buffer.byteLength(line) <= MAX_LINE_BYTES;
}

interface LongText {
  /** The first unit after its quotation mark. */
  readonly start: number;
  /** Its closing quotation mark, or the end of a line that was cut. */
  readonly end: number;
  readonly bytes: number;
}

/** Does not parse: a line may be megabytes long. `null` when shorter texts alone would not make it fit. */
function shortenTexts(line: string): string | null {
  const all = Buffer.byteLength(line);
  const texts = longTexts(line, all === line.length);
  const others = all - texts.reduce((sum, { bytes }) => sum + bytes, 0);
  const share = fairShare(
    texts.map(({ bytes }) => bytes),
    MAX_LINE_BYTES - others - texts.length * NOTE,
  );
  if (share < LEAST) return null;
  const parts: string[] = [];
  let done = 0;
  for (const { start, end, bytes } of texts) {
    parts.push(line.slice(done, start), withoutMiddle(line.slice(start, end), share, bytes));
    done = end;
  }
  return parts.join("") + line.slice(done);
}

/** @param ascii saves counting what a text of megabytes has of bytes */
function longTexts(line: string, ascii: boolean): LongText[] {
  const texts: LongText[] = [];
  for (let quote = line.indexOf('"'); quote !== -1;) {
    const start = quote + 1;
    let end = line.indexOf('"', start);
    while (end !== -1 && backslashesBefore(line, end) % 2 === 1) end = line.indexOf('"', end + 1);
    if (end === -1) end = line.length;
    const bytes = (): number => (ascii ? end - start : Buffer.byteLength(line.slice(start, end)));
    if (end - start > SHORT) texts.push({ start, end, bytes: bytes() });
    quote = line.indexOf('"', end + 1);
  }
  return texts;
}

/** What each may have at most so that all together have this much. */
function fairShare(sizes: readonly number[], together: number): number {
  let left = together;
  let waiting = sizes.length;
  for (const size of sizes.toSorted((a, b) => a - b)) {
    if (size * waiting > left) return Math.floor(left / waiting);
    left -= size;
    waiting -= 1;
  }
  return left < 0 ? 0 : Infinity;
}

/** The text, or three fifths of `max` bytes of its beginning and two of its end, around a note. */
function withoutMiddle(text: string, max: number, bytes: number = Buffer.byteLength(text)): string {
  if (bytes <= max) return text;
  const units = Math.floor(bytes === text.length ? max : max / 3);
  const head = cutAt(text, Math.floor(units * 0.6));
  const tail = cutAt(text, text.length - Math.floor(units * 0.4));
  return `${text.slice(0, head)}… [${tail - head} characters left out] …${text.slice(tail)}`;
}

/** The first place from `at` on where a text of JSON may be cut: in no escape, and in no pair of surrogates. */
function cutAt(text: string, at: number): number {
  let place = at;
  for (let unit = Math.max(0, at - 5); unit < at; unit++) {
    if (text[unit] !== "\\" || backslashesBefore(text, unit) % 2 === 1) continue;
    place = Math.max(place, unit + (text[unit + 1] === "u" ? 6 : 2));
  }
  const pair = /[\ud800-\udbff]$|\\u[dD][89abAB]..$/.test(text.slice(Math.max(0, place - 6), place));
  const second = pair ? /^(?:[\udc00-\udfff]|\\u[dD][c-fC-F]..)/.exec(text.slice(place, place + 6)) : null;
  return Math.min(place + (second?.[0].length ?? 0), text.length);
}

function backslashesBefore(text: string, at: number): number {
  let count = 0;
  while (text[at - 1 - count] === "\\") count += 1;
  return count;
}

/** Members of what lies deep in an event. An event of OpenCode, its part and its tool's state have less than twenty themselves. */
const DEEP_MEMBERS = [100, 30, 10, 3, 0];
const MEMBERS = 20;
/** The event, its part, its tool's state. */
const OUTER_LEVELS = 3;

/** `null` for what is no JSON, and for what has more in its outer levels than fits. */
function shortenMembers(line: string): string | null {
  const value = parsedJson(line);
  if (value === undefined) return null;
  for (const members of DEEP_MEMBERS) {
    const fewer = JSON.stringify(withFewer(value, members, 0));
    const short = fits(fewer) ? fewer : shortenTexts(fewer);
    if (short !== null) return short;
  }
  return JSON.stringify({ type: "shortened", note: `… [${line.length} characters left out] …` });
}

function withFewer(value: unknown, deep: number, level: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  const most = level < OUTER_LEVELS ? MEMBERS : Math.max(0, deep >> (level - OUTER_LEVELS));
  const entries = Object.entries(value);
  const kept = entries
    .slice(0, most)
    .map(([name, member]): [string, unknown] => [name, withFewer(member, deep, level + 1)]);
  const missing = entries.length - kept.length;
  if (missing > 0) kept.push(["…", `[${missing} left out]`]);
  return Array.isArray(value) ? kept.map(([, member]) => member) : Object.fromEntries(kept);
}
