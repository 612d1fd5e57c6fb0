/** A JSON object as `JSON.parse` made it; nothing about its members is known yet. */
export type JsonObject = { readonly [key: string]: unknown };

/** True for a JSON object; arrays and null are none. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value that `text` spells, or undefined where it spells none. Never throws. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const BYTE_ORDER_MARK = "\ufeff";

/** The object that `line` spells, or null where it spells none; before it may stand a byte order mark. Never throws. */
export function parseJsonObject(line: string): JsonObject | null {
  // An exception costs microseconds; most lines that are no JSON are told by their first character.
  if (!/^\ufeff?[ \t\r\n]*\{/.test(line)) return null;
  const value = parseJson(line.startsWith(BYTE_ORDER_MARK) ? line.slice(1) : line);
  return isJsonObject(value) ? value : null;
}

/** `value` where it is a JSON object, else one without members. */
export function objectOrEmpty(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** `value` where it is a string, else null. */
export function stringOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** `value` where it is an amount (not negative, and no larger than can be counted to), else 0: a sum must never become NaN. */
export function amountOrZero(value: unknown): number {
  return typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : 0;
}
