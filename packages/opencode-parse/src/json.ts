/** A JSON object as `JSON.parse` made it; nothing about its members is known yet. */
export type JsonObject = { readonly [key: string]: unknown };

/** True for a JSON object; arrays and null are none. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object that `line` spells, or null where it spells none. Never throws. */
export function parseJsonObject(line: string): JsonObject | null {
  // An exception costs microseconds; most lines that are no JSON are told by their first character.
  if (!/^[ \t\r\n]*\{/.test(line)) return null;
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** `value` where it is a string, else null. */
export function stringOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** `value` where it is an amount (finite, not negative), else 0: a sum must never become NaN. */
export function amountOrZero(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : 0;
}
