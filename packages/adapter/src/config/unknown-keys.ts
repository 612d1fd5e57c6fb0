import { isObject } from "../json.ts";
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

/** What Paperclip itself keeps in an agent's configuration (contract 1.7, and 2026.916): an agent that was of another type has it still. */
const PAPERCLIPS_OWN = /^(paperclip.*|instructions.*|managedAiConnection|modelProfile.*|workspace.*)$/;

/** What `opencode_local` reads, and a Job has no use for. */
const WITHOUT_EFFECT: ReadonlyMap<string, string> = new Map([
  ["command", "a Job runs the opencode of its image"],
  ["args", "give arguments of OpenCode in extraArgs"],
  ["helloProbeTimeoutSec", "the environment is tested without a model's answer"],
]);

/** More keys than this are no slip of the pen, but another adapter's configuration. */
const MOST_TOLD = 10;

/**
 * What is configured under names that this adapter does not have, for whoever reads the run: a slip of the pen would go unnoticed.
 * @param config unchecked; dotted keys lie flat or nested
 */
export function unknownKeys(config: Readonly<Record<string, unknown>>): string[] {
  const all = notesOf(config, "");
  const more = all.length - MOST_TOLD;
  return more > 0 ? [...all.slice(0, MOST_TOLD), `${more} further keys of the configuration have no effect`] : all;
}

function notesOf(config: Readonly<Record<string, unknown>>, prefix: string): string[] {
  return Object.entries(config).flatMap(([key, value]) => {
    const name = `${prefix}${key}`;
    if (value === undefined || value === null || value === "" || KEYS.includes(name)) return [];
    if (!GROUPS.has(name)) return noteOf(name);
    return isObject(value) ? notesOf(value, `${name}.`) : noteOfGroup(name);
  });
}

function noteOfGroup(name: string): string {
  const member = KEYS.find((key) => key.startsWith(`${name}.`));
  return `What "${name}" holds has no effect: give an object there, or a key such as ${member}`;
}

function noteOf(name: string): string[] {
  const why = WITHOUT_EFFECT.get(name);
  if (why !== undefined) return [`"${name}" has no effect: ${why}`];
  const nearest = nearestKey(name);
  // A slip of the pen may lie among Paperclip's own names: paperclipApiURL.
  if (nearest === null && PAPERCLIPS_OWN.test(name)) return [];
  const shown = JSON.stringify(name.slice(0, 80));
  return [
    `${shown} is no key of this adapter, and has no effect${nearest === null ? "" : `: did you mean ${nearest}?`}`,
  ];
}

/** The key that is a slip of the pen away; `null` where none is. */
function nearestKey(name: string): string | null {
  const most = Math.min(3, Math.ceil(name.length / 3));
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
