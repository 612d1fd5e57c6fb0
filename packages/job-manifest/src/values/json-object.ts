import { ManifestError } from "./manifest-error.ts";
import { required } from "./text.ts";

/** The member of a JSON value, or undefined where the value is no object or has none of that name. */
export function member(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/**
 * Returns the text if it is a JSON object.
 * @throws {ManifestError} naming the field, and nothing of what it holds.
 */
export function jsonObject(field: string, text: string): string {
  if (isJsonObject(required(field, text))) return text;
  throw new ManifestError(field, `is no JSON object (${text.length} characters)`, "give it as OpenCode writes it");
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && !Array.isArray(value);
  } catch {
    return false;
  }
}
