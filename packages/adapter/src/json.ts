export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The member where it is an object; otherwise an empty one. */
export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return isObject(value) ? value : {};
}

/**
 * The objects as one, deeply: of two values, and of two lists, the later wins; `null` takes away what was there (as in RFC
 * 7396: OpenCode itself refuses a `null`). Keys keep the later order, for of OpenCode's rules the last one that matches wins.
 */
export function merge(base: JsonObject, over: JsonObject): JsonObject {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const before = merged.get(key);
    merged.delete(key);
    if (value !== null) merged.set(key, isObject(value) ? merge(isObject(before) ? before : {}, value) : value);
  }
  return Object.fromEntries(merged);
}
