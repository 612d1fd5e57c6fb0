import { isJsonObject } from "../json.ts";
import { shorten } from "../shorten.ts";

/** A string inside a tool's input, in UTF-16 units; whole files are written through inputs. */
const MAX_STRING = 4000;

/** Members of an object or an array. */
const MAX_MEMBERS = 200;

/** Levels; a value as deep as a line can spell it would overflow the stack of whoever clones or prints it. */
const MAX_DEPTH = 16;

/** All strings, keys and members of one value together, in UTF-16 units; a member counts as one. */
const MAX_TOTAL = 40_000;

/** The same JSON value with what is too long, too deep or too much replaced by a note. Never throws. */
export function bounded(value: unknown): unknown {
  return boundedIn({ left: MAX_TOTAL }, value, MAX_DEPTH);
}

function boundedIn(room: { left: number }, value: unknown, depth: number): unknown {
  if (typeof value === "string") return fittingIn(room, value);
  const isArray = Array.isArray(value);
  if (!isArray && !isJsonObject(value)) return value;
  if (depth === 0) return "…";
  const members = Object.entries(value);
  const kept: [string, unknown][] = [];
  for (const [key, member] of members.slice(0, MAX_MEMBERS)) {
    if (room.left <= 0) break;
    room.left -= 1;
    kept.push([isArray ? key : fittingIn(room, key), boundedIn(room, member, depth - 1)]);
  }
  const missing = members.length - kept.length;
  if (missing > 0) kept.push(["…", `[${missing} more]`]);
  return isArray ? kept.map(([, member]) => member) : Object.fromEntries(kept);
}

function fittingIn(room: { left: number }, text: string): string {
  const kept = shorten(text, Math.max(0, Math.min(MAX_STRING, room.left)));
  room.left -= kept.length;
  return kept;
}

/** `text`, or its beginning and its end, around a note, when it is longer than `max` UTF-16 units: how a build failed stands at the end. */
export function shortenMiddle(text: string, max: number): string {
  if (text.length <= max) return text;
  const half = max >> 1;
  const start = text.length - half;
  const second = text.charCodeAt(start);
  // Never from the second half of a surrogate pair on.
  const end = text.slice(second >= 0xdc00 && second <= 0xdfff ? start + 1 : start);
  return `${shorten(text.slice(0, text.length - end.length), half)}\n${end}`;
}
