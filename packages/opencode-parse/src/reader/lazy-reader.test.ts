import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { referenceReport } from "../../test/reference-reader.ts";
import { FIXTURES, readRuns } from "../../test/runs.ts";
import { createRunReader, parseLine } from "../index.ts";
import type { RunReport } from "../index.ts";
import { LineFrame } from "./frames/index.ts";

/** How many times more inputs than usual; with `FUZZ=70` and `--testTimeout 600000` over a million lines are damaged. */
const FUZZ = Number(process.env.FUZZ ?? 1);

const runs = readRuns(FIXTURES);
const realLines = runs.flatMap((run) => run.lines);
/** A text before it is the answer. */
const FINISH = JSON.stringify({ type: "step_finish", timestamp: 1, sessionID: "ses_1", part: { reason: "stop" } });
const anyRealLine = fc.constantFrom(...realLines);

function reportOf(lines: readonly string[]): RunReport {
  const reader = createRunReader();
  for (const line of lines) reader.push(line);
  return reader.report();
}

function expectSame(line: string): void {
  const reader = createRunReader();
  expect(reader.push(line)).toBe(parseLine(line).type);
  reader.push(FINISH);
  expect(reader.report()).toEqual(referenceReport([line, FINISH]));
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
        if (line[end - 1] === "}" || end % 7 === 0) expectSame(line.slice(0, end));
      }
    }
  });

  test("of lines with one member changed, removed or added at any depth", () => {
    const anyValue = fc.oneof(fc.jsonValue(), fc.constantFrom("error", "stop", true, -1, 1e21, 0.1, 1e-7, "", 'a"b\\'));
    fc.assert(
      fc.property(fc.array(fc.tuple(anyRealLine, fc.nat(), anyValue, fc.nat(3)), { maxLength: 8 }), (changes) => {
        const lines = changes.map(([line, place, value, how]) => changedMember(line, place, value, how));
        expect(reportOf(lines)).toEqual(referenceReport(lines));
      }),
      { numRuns: 1500 * FUZZ },
    );
  });

  test("of lines with characters replaced, removed or repeated that are still JSON", () => {
    const slice = fc.tuple(anyRealLine, fc.nat(), fc.nat(40));
    fc.assert(
      fc.property(anyRealLine, fc.nat(), fc.nat(40), slice, (line, at, length, [other, otherAt, otherLength]) => {
        const start = at % (line.length + 1);
        const from = otherAt % (other.length + 1);
        const changed = line.slice(0, start) + other.slice(from, from + otherLength) + line.slice(start + length);
        if (isJson(changed)) expectSame(changed);
      }),
      { numRuns: 20_000 * FUZZ },
    );
  });

  test("of generated runs, in any order of lines", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyRealLine, generatedLine()), { maxLength: 40 }), (lines) => {
        expect(reportOf(lines)).toEqual(referenceReport(lines));
      }),
      { numRuns: 1000 * FUZZ },
    );
  });
});

test("never throws", () => {
  fc.assert(
    fc.property(anyRealLine, fc.nat(), fc.string(), (line, at, noise) => {
      const start = at % (line.length + 1);
      reportOf([line.slice(0, start) + noise + line.slice(start + noise.length), noise, line]);
    }),
    { numRuns: 5000 * FUZZ },
  );
});

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** The line with one of its members replaced (how 0, 1), removed (2), or joined by a new one (3). */
function changedMember(line: string, place: number, value: unknown, how: number): string {
  if (!isJson(line)) return line;
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
  const input = fc.oneof(fc.dictionary(text, fc.jsonValue(), { maxKeys: 2 }), fc.constantFrom({}, { a: [{ b: "}" }] }));
  const owners = { messageID: text, sessionID: fc.constant("ses_1") };
  const ids = { id, ...owners };
  const event = (type: string, part: fc.Arbitrary<object>): fc.Arbitrary<object> =>
    fc.record({ type: fc.constant(type), timestamp: fc.nat(), sessionID: fc.constantFrom("ses_1", "ses_2"), part });
  const amount = fc.oneof(fc.nat(), fc.constantFrom(9007199254740991, 1e21, 0, 12.5));
  const cache = fc.record({ write: amount, read: amount });
  const tokens = fc.record({ total: amount, input: amount, output: amount, reasoning: amount, cache });
  const dollars = fc.double({ noNaN: true, noDefaultInfinity: true });
  const cost = fc.oneof(dollars, fc.constantFrom(0, 0.00015, 1e-7, 123.456));
  const reason = fc.oneof(text, fc.constantFrom("stop", "unknown"));
  const metadata = fc.constantFrom({}, { exit: 0, output: '{"}' }, { model: { providerID: "a", modelID: "b" } });
  const completed = { status: fc.constant("completed"), input, output: text };
  const state = fc.oneof(
    fc.record({ ...completed, metadata, title: text, time }),
    fc.record({ ...completed, title: text, metadata, time }),
    fc.record({ status: fc.constant("error"), input, error: text, time }),
  );
  const tool = fc.constantFrom("bash", "read", "task");
  const callID = fc.constant("call_1");
  return fc
    .oneof(
      event("step_start", fc.record({ ...ids, snapshot: text, type: fc.constant("step-start") })),
      event("text", fc.record({ ...ids, type: fc.constant("text"), text, time })),
      event("text", fc.record({ ...ids, type: fc.constant("text"), text, synthetic: fc.boolean(), time })),
      event("reasoning", fc.record({ ...ids, type: fc.constant("reasoning"), text, time })),
      event("tool_use", fc.record({ type: fc.constant("tool"), tool, callID, state, ...ids })),
      event("tool_use", fc.record({ ...ids, type: fc.constant("tool"), callID, tool, state })),
      event("step_finish", fc.record({ id, reason, ...owners, tokens, cost })),
      event("step_finish", fc.record({ ...ids, type: fc.constant("step-finish"), reason, cost, tokens })),
    )
    .map((value) => JSON.stringify(value));
}
