import { isJsonObject } from "../json.ts";
import { shorten } from "../shorten.ts";

/** A string inside a tool's input, in UTF-16 units; whole files are written through inputs. */
const MAX_STRING = 4000;

/** Members of an object or an array. */
const MAX_MEMBERS = 200;

/** Levels; a value as deep as a line can spell it would overflow the stack of whoever clones or prints it. */
const MAX_DEPTH = 16;

/** The same JSON value with what is too long or too deep replaced by a note. Never throws. */
export function bounded(value: unknown, depth: number = MAX_DEPTH): unknown {
  if (typeof value === "string") return shorten(value, MAX_STRING);
  const isArray = Array.isArray(value);
  if (!isArray && !isJsonObject(value)) return value;
  if (depth === 0) return "…";
  const members = Object.entries(value);
  const kept = members
    .slice(0, MAX_MEMBERS)
    .map(([key, member]): [string, unknown] => [shorten(key, MAX_STRING), bounded(member, depth - 1)]);
  if (members.length > MAX_MEMBERS) kept.push(["…", `[${members.length - MAX_MEMBERS} more]`]);
  return isArray ? kept.map(([, member]) => member) : Object.fromEntries(kept);
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
