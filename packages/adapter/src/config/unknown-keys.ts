import { parseObject } from "@paperclipai/adapter-utils/server-utils";
import { FIELDS, FORM_NAMES } from "./form/fields.ts";
import { PLATFORM_KEYS } from "./form/platform-keys.ts";

/** Keys of this adapter, dotted. */
const KEYS: readonly string[] = [...PLATFORM_KEYS, ...Object.keys(FIELDS), ...Object.values(FORM_NAMES)];
/** Of dotted keys everything but the last part: `resources.limits`, and `resources`. */
const GROUPS: ReadonlySet<string> = new Set(
  KEYS.flatMap((key) => {
    const parts = key.split(".");
    return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join("."));
  }),
);

/**
 * What Paperclip itself keeps in an agent's configuration (contract 1.7, and 2026.916), and what only a process on its server has a use for:
 * an agent that was of another type has them still.
 */
const PAPERCLIPS_OWN = /^(paperclip.*|instructions.*|command|args|cwd|managedAiConnection|modelProfile.*|workspace.*)$/;

/** More keys than this are no slip of the pen, but another adapter's configuration. */
const MOST_TOLD = 10;

/**
 * What is configured under names that this adapter does not have, for whoever reads the run: a slip of the pen would go unnoticed.
 * @param config unchecked; dotted keys lie flat or nested
 */
export function unknownKeys(config: Readonly<Record<string, unknown>>): string[] {
  const unknown = namesIn(config, "").filter((name) => !KEYS.includes(name) && !PAPERCLIPS_OWN.test(name));
  const notes = unknown.slice(0, MOST_TOLD).map(noteOf);
  const more = unknown.length - notes.length;
  return more > 0 ? [...notes, `${more} further keys of the configuration have no effect`] : notes;
}

function namesIn(config: Readonly<Record<string, unknown>>, prefix: string): string[] {
  return Object.entries(config).flatMap(([key, value]) => {
    const name = `${prefix}${key}`;
    if (value === undefined || value === null) return [];
    return GROUPS.has(name) ? namesIn(parseObject(value), `${name}.`) : [name];
  });
}

function noteOf(name: string): string {
  const nearest = nearestKey(name);
  const shown = JSON.stringify(name.slice(0, 80));
  return `${shown} is no key of this adapter, and has no effect${nearest === null ? "" : `: did you mean ${nearest}?`}`;
}

/** The key that is a slip of the pen away; `null` where none is. */
function nearestKey(name: string): string | null {
  const most = Math.min(3, Math.floor(name.length / 3));
  let nearest: string | null = null;
  let least = most + 1;
  for (const key of KEYS) {
    const away = key.toLowerCase() === name.toLowerCase() ? 0 : distance(name, key, least);
    if (away < least) [nearest, least] = [key, away];
  }
  return nearest;
}

/** Levenshtein's; `limit` or more where it is no less than that. */
function distance(one: string, other: string, limit: number): number {
  if (Math.abs(one.length - other.length) >= limit) return limit;
  let before = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [row, unit] of [...one].entries()) {
    const now = [row + 1];
    for (const [at, otherUnit] of [...other].entries()) {
      const [left = 0, above = 0, diagonal = 0] = [now[at], before[at + 1], before[at]];
      now.push(Math.min(left + 1, above + 1, diagonal + (unit === otherUnit ? 0 : 1)));
    }
    before = now;
  }
  return before[other.length] ?? limit;
}
