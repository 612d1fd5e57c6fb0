import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { referenceReport } from "../../test/reference-reader.ts";
import { FIXTURES, readRuns } from "../../test/runs.ts";
import { createRunReader, parseLine } from "../index.ts";
import type { RunReport } from "../index.ts";
import { LineFrame } from "./line-frame.ts";

const runs = readRuns(FIXTURES);
const realLines = runs.flatMap((run) => run.lines);
const anyRealLine = fc.constantFrom(...realLines);

function summaryOf(lines: readonly string[]): RunReport {
  const reader = createRunReader();
  for (const line of lines) reader.push(line);
  return reader.report();
}

/** A line first, so that the reader has its session and is free to be lazy. */
function expectSameKind(line: string): void {
  const reader = createRunReader();
  reader.push(JSON.stringify({ type: "step_start", timestamp: 1, sessionID: "ses_1", part: {} }));
  expect(reader.push(line)).toBe(parseLine(line).type);
}

describe("the lazy reader equals a full parse", () => {
  test.each(runs)("of the run $name, after each of its lines", ({ lines }) => {
    const reader = createRunReader();
    lines.forEach((line, index) => {
      expect(reader.push(line)).toBe(parseLine(line).type);
      expect(reader.report()).toEqual(referenceReport(lines.slice(0, index + 1)));
    });
  });

  test("and is lazy: it recognises the frames of all versions", () => {
    const frame = new LineFrame();
    const missed = realLines.filter((line) => frame.recognise(line) === null).map((line) => parseLine(line));
    const needed = missed.filter(
      (event) => event.type === "tool_use" || event.type === "step_finish" || event.type === "step_start",
    );
    // What is not recognised, is needed: failed tools, synthetic texts, errors, and what is no event.
    expect(needed.every((event) => event.type === "tool_use" && event.part.state.status === "error")).toBe(true);
  });

  test("of every line that was cut anywhere", () => {
    for (const line of new Set(realLines.map((each) => each.slice(0, 1500)))) {
      for (let end = 0; end < line.length; end += 1) {
        if (line[end - 1] === "}" || end % 7 === 0) expectSameKind(line.slice(0, end));
      }
    }
  });

  test("of lines with one member changed, removed or added at any depth", () => {
    const anyValue = fc.oneof(fc.jsonValue(), fc.constantFrom("error", "stop", true, -1, 1e21, 0.1, 1e-7, "", 'a"b\\'));
    fc.assert(
      fc.property(fc.array(fc.tuple(anyRealLine, fc.nat(), anyValue, fc.nat(3)), { maxLength: 8 }), (changes) => {
        const lines = changes.map(([line, place, value, how]) => changedMember(line, place, value, how));
        expect(summaryOf(lines)).toEqual(referenceReport(lines));
      }),
      { numRuns: 1500 },
    );
  });

  test("of lines with characters replaced, removed or repeated that JSON.stringify could have written", () => {
    const slice = fc.tuple(anyRealLine, fc.nat(), fc.nat(40));
    fc.assert(
      fc.property(anyRealLine, fc.nat(), fc.nat(40), slice, (line, at, length, [other, otherAt, otherLength]) => {
        const start = at % (line.length + 1);
        const from = otherAt % (other.length + 1);
        const changed = line.slice(0, start) + other.slice(from, from + otherLength) + line.slice(start + length);
        if (isCompactJson(changed)) expectSameKind(changed);
      }),
      { numRuns: 20_000 },
    );
  });

  test("of generated runs, in any order of lines", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyRealLine, generatedLine()), { maxLength: 40 }), (lines) => {
        expect(summaryOf(lines)).toEqual(referenceReport(lines));
      }),
      { numRuns: 1000 },
    );
  });
});

test("never throws", () => {
  fc.assert(
    fc.property(anyRealLine, fc.nat(), fc.string(), (line, at, noise) => {
      const start = at % (line.length + 1);
      summaryOf([line.slice(0, start) + noise + line.slice(start + noise.length), noise, line]);
    }),
    { numRuns: 5000 },
  );
});

test("takes two lines that were torn into one for no event", () => {
  for (const type of ["step_start", "text", "step_finish"]) {
    const line = realLines.find((each) => each.startsWith(`{"type":"${type}"`)) ?? "";
    const reader = createRunReader();
    reader.push(line);
    expect(reader.push(line.slice(0, 270) + line)).toBe("other");
  }
});

test("keeps the last errors, shortened, and counts all", () => {
  const reader = createRunReader({ keptErrors: 2, keptMessageLength: 10 });
  for (const name of ["A", "B", "C"]) {
    const error = { name, data: { message: `${name}: ${"x".repeat(100)}` } };
    reader.push(JSON.stringify({ type: "error", timestamp: 1, sessionID: "ses_1", error }));
  }
  const { errors, events } = reader.report();
  expect(errors).toEqual([
    { name: "B", message: "B: xxxxxxx… [93 more characters]" },
    { name: "C", message: "C: xxxxxxx… [93 more characters]" },
  ]);
  expect(events.error).toBe(3);
});

test("a summary does not change when the reader goes on", () => {
  const [run] = runs.filter(({ name }) => name === "agent-plan");
  const reader = createRunReader();
  reader.push(run?.lines[0] ?? "");
  const before = reader.report();
  const copy = structuredClone(before);
  for (const line of run?.lines ?? []) reader.push(line);
  expect(before).toEqual(copy);
});

function isCompactJson(line: string): boolean {
  try {
    return JSON.stringify(JSON.parse(line)) === line;
  } catch {
    return false;
  }
}

/** The line with one of its members replaced (how 0, 1), removed (2), or joined by a new one (3). */
function changedMember(line: string, place: number, value: unknown, how: number): string {
  if (!isCompactJson(line)) return line;
  const root: unknown = JSON.parse(line);
  const members = membersOf(root);
  const member = members[place % Math.max(1, members.length)];
  if (member === undefined) return line;
  const [owner, key] = member;
  if (how === 2) delete owner[key];
  else owner[how === 3 ? `new_${key}` : key] = value;
  return JSON.stringify(root);
}

type Member = [owner: Record<string, unknown>, key: string];

function membersOf(value: unknown): Member[] {
  if (!isRecord(value)) return [];
  return Object.keys(value).flatMap((key): Member[] => [[value, key], ...membersOf(value[key])]);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function generatedLine(): fc.Arbitrary<string> {
  const odd = fc.constantFrom('"', "\\", '\\"', '","time":{"start":1,"end":2}}}', '"synthetic":true');
  const text = fc.oneof(fc.string(), odd);
  const time = fc.record({ start: fc.nat(), end: fc.nat() });
  const id = fc.constantFrom("prt_1", 'prt_"');
  const owners = { messageID: text, sessionID: fc.constant("ses_1") };
  const ids = { id, ...owners };
  const event = (type: string, part: fc.Arbitrary<object>): fc.Arbitrary<object> =>
    fc.record({ type: fc.constant(type), timestamp: fc.nat(), sessionID: fc.constantFrom("ses_1", "ses_2"), part });
  const amount = fc.oneof(fc.nat(), fc.constantFrom(9007199254740991, 1e21, 0, 12.5));
  const cache = fc.record({ write: amount, read: amount });
  const tokens = fc.record({ total: amount, input: amount, output: amount, reasoning: amount, cache });
  const dollars = fc.double({ noNaN: true, noDefaultInfinity: true });
  const cost = fc.oneof(dollars, fc.constantFrom(0, 0.00015, 1e-7, 123.456));
  const reason = fc.oneof(text, fc.constant("stop"));
  return fc
    .oneof(
      event("step_start", fc.record({ ...ids, snapshot: text, type: fc.constant("step-start") })),
      event("text", fc.record({ ...ids, type: fc.constant("text"), text, time })),
      event("text", fc.record({ ...ids, type: fc.constant("text"), text, synthetic: fc.boolean(), time })),
      event("reasoning", fc.record({ ...ids, type: fc.constant("reasoning"), text, time })),
      event("step_finish", fc.record({ id, reason, ...owners, tokens, cost })),
      event("step_finish", fc.record({ ...ids, type: fc.constant("step-finish"), reason, cost, tokens })),
    )
    .map((value) => JSON.stringify(value));
}
