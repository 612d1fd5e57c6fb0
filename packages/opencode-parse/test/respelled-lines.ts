import fc from "fast-check";
import { FIXTURES, readRuns } from "./runs.ts";

/** What a writer of JSON may do to a line that leaves its meaning as it is, or nearly so. */
type Habit = "spaces" | "escapes" | "numbers" | "order" | "doubles" | "extras";

const HABITS: readonly Habit[] = ["spaces", "escapes", "numbers", "order", "doubles", "extras"];

const realLines = readRuns(FIXTURES).flatMap(({ lines }) => lines);
const events = realLines.flatMap((line): object[] => (isEvent(line) ? [JSON.parse(line) as object] : []));

/** Texts that look like the frame of a line, or end one too early. */
const TEXTS = [
  '","time":{"start":1,"end":2}}}',
  '"},"output":"',
  '{"type":"step_finish","timestamp":1,"sessionID":"ses_2","part":{"reason":"stop"}}',
  "\\",
  '\\"',
  "\ud800",
  "\udc00\ud800",
  "\u0000\u001b\u2028\u2029\ufeff",
  "",
];

/** What may stand where something else is expected. */
const VALUES: readonly unknown[] = [
  ...TEXTS,
  null,
  true,
  -1,
  -0,
  0.1,
  1e21,
  [],
  [{ "}": "]" }],
  {},
  { __proto__: null, "": { "": 0 } },
  { 2: 1, 1: 2 },
];

/** Runs of 2 to 8 events: each is a real one with some of its members replaced, and each is said in its own spelling. */
export const respelledRun: fc.Arbitrary<readonly string[]> = fc
  .array(
    fc.record({
      event: fc.nat(),
      /** The event before it once more, in another spelling. */
      again: fc.boolean(),
      replaced: fc.option(fc.tuple(fc.nat(), fc.constantFrom(...VALUES))),
      habits: fc.subarray([...HABITS], { maxLength: 2 }),
      seed: fc.nat(),
    }),
    { minLength: 2, maxLength: 8 },
  )
  .map((steps) => {
    let event: unknown = {};
    return steps.map(({ event: index, again, replaced, habits, seed }) => {
      if (!again) event = structuredClone(events[index % events.length]);
      if (!again && replaced !== null) replaceMember(event, ...replaced);
      return spelled(event, new Set(habits), randomOf(seed));
    });
  });

type Random = () => number;

/** Small, and the same everywhere (mulberry32). */
function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function spelled(value: unknown, habits: ReadonlySet<Habit>, random: Random): string {
  const now = (habit: Habit): boolean => habits.has(habit) && random() < 0.15;
  const space = (): string => (now("spaces") ? (pick([" ", "\t", "\r", "  "], random) ?? "") : "");
  const text = (string: string): string =>
    now("escapes") ? escaped(string, random) : now("escapes") ? rawSurrogates(string) : JSON.stringify(string);
  const spell = (each: unknown): string => {
    if (typeof each === "string") return text(each);
    if (typeof each === "number") return now("numbers") ? respelledNumber(each, random) : JSON.stringify(each);
    if (Array.isArray(each)) return `[${each.map((item) => space() + spell(item) + space()).join(",")}]`;
    if (typeof each !== "object" || each === null) return JSON.stringify(each);
    let members = Object.entries(each);
    if (now("order")) members = members.toSorted(() => random() - 0.5);
    if (now("extras"))
      members.splice(random() * (members.length + 1), 0, [pick(["new", "text", "x"], random) ?? "", 1]);
    const twice = now("doubles") ? pick(members, random) : undefined;
    if (twice !== undefined) members.splice(random() * (members.length + 1), 0, [twice[0], pick(VALUES, random)]);
    return `{${members.map(([key, item]) => `${space()}${text(key)}${space()}:${space()}${spell(item)}${space()}`).join(",")}}`;
  };
  return space() + spell(value) + space();
}

function escaped(string: string, random: Random): string {
  const units = [...Array(string.length).keys()].map((index) => {
    const unit = string.charAt(index);
    if (random() < 0.7) return JSON.stringify(unit).slice(1, -1);
    return unit === "/" ? "\\/" : `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${units.join("")}"`;
}

/** JSON may hold halves of pairs as they are; `JSON.stringify` writes none. */
function rawSurrogates(string: string): string {
  return JSON.stringify(string).replaceAll(/\\u(d[89a-f][0-9a-f]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function respelledNumber(value: number, random: Random): string {
  const plain = JSON.stringify(value);
  const whole = Number.isInteger(value) && !plain.includes("e");
  const ways = [`${plain}e0`, `${plain}E+0`, "-0", `-${plain}`.replace("--", ""), "1e400", "0.1234567890123456789"];
  if (whole) ways.push(`${plain}.0`, `${plain}.00000000000000000000`, `${plain}0e-1`.replace("00e", "0e"));
  return plain.includes("e") ? plain : (pick(ways, random) ?? plain);
}

function replaceMember(event: unknown, place: number, value: unknown): void {
  const members = membersOf(event);
  const [owner, key] = members[place % Math.max(1, members.length)] ?? [];
  if (owner !== undefined && key !== undefined) owner[key] = value;
}

function membersOf(value: unknown): [owner: Record<string, unknown>, key: string][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const owner = value as Record<string, unknown>;
  return Object.keys(owner).flatMap((key) => [[owner, key], ...membersOf(owner[key])]);
}

function pick<T>(list: readonly T[], random: Random): T | undefined {
  return list[Math.floor(random() * list.length)];
}

function isEvent(line: string): boolean {
  try {
    return typeof JSON.parse(line) === "object";
  } catch {
    return false;
  }
}
