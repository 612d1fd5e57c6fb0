import { WINDOW_LINES } from "./delivered-window.ts";

/** Seconds since the epoch, nanoseconds, hash and length of the text, how many times in a row. */
type LineJson = readonly [seconds: number, nanos: number, hash: number, length: number, count: number];

/** A cursor as JSON. */
export interface CursorJson {
  readonly version: 1;
  readonly podUid: string | null;
  readonly container: string | null;
  readonly containerId: string | null;
  readonly restarts: number;
  readonly complete: boolean;
  /** Seconds and nanoseconds: all lines up to this stamp were delivered. */
  readonly forgotten: readonly [seconds: number, nanos: number] | null;
  readonly lines: readonly LineJson[];
}

/** A cursor that is not one, or that belongs to another log. The same call can only fail again. */
export class CursorError extends Error {
  override readonly name = "CursorError";
  /** The field that is wrong, such as `lines[3]` or `podUid`. */
  readonly field: string;

  constructor(field: string, value: unknown, remedy: string) {
    super(`log cursor: ${field} is ${shown(value)}: ${remedy}`);
    this.field = field;
  }
}

const START_ANEW = "pass what JSON.stringify(cursor) gave, or follow without a cursor, from the beginning";
const MAX_NANOS = 999_999_999;
const MAX_HASH = 0xffff_ffff;
const MAX = Number.MAX_SAFE_INTEGER;

/** Checks what another process stored. @throws CursorError */
export function parseCursor(json: unknown): CursorJson {
  const given = typeof json === "string" ? parseText(json) : json;
  if (!isRecord(given)) throw new CursorError("the whole", given, START_ANEW);
  const { version, restarts, complete, forgotten, lines } = given;
  if (version !== 1) throw new CursorError("version", version, `only 1 is known; ${START_ANEW}`);
  if (!isCount(restarts, MAX)) throw new CursorError("restarts", restarts, "a whole number, not below 0, is expected");
  if (typeof complete !== "boolean") throw new CursorError("complete", complete, "it has to be true or false");
  if (!Array.isArray(lines) || lines.length > WINDOW_LINES)
    throw new CursorError("lines", Array.isArray(lines) ? lines.length : lines, `up to ${WINDOW_LINES} are expected`);
  return {
    version,
    podUid: name(given, "podUid"),
    container: name(given, "container"),
    containerId: name(given, "containerId"),
    restarts,
    complete,
    forgotten: forgotten === null ? null : numbers("forgotten", forgotten, [MAX, MAX_NANOS]),
    lines: lines.map((line, index) => numbers(`lines[${index}]`, line, [MAX, MAX_NANOS, MAX_HASH, MAX, MAX])),
  };
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new CursorError("the whole", text, `that is no JSON; ${START_ANEW}`);
  }
}

function name(given: Record<string, unknown>, field: "podUid" | "container" | "containerId"): string | null {
  const value = given[field];
  if (value !== null && (typeof value !== "string" || value === ""))
    throw new CursorError(field, value, "a text, or null, is expected");
  return value;
}

/** As many whole numbers as there are bounds, each from 0 to its bound. */
function numbers<T extends readonly number[]>(field: string, value: unknown, bounds: readonly [...T]): T {
  const fits =
    Array.isArray(value) &&
    value.length === bounds.length &&
    value.every((number, index) => isCount(number, bounds[index] ?? 0));
  if (!fits) throw new CursorError(field, value, `${bounds.length} whole numbers, none below 0, are expected`);
  return value as unknown as T;
}

function isCount(value: unknown, max: number): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= max;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
