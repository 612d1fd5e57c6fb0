import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createRunReader, parseLine } from "../src/index.ts";
import type { LineKind, RunReport } from "../src/index.ts";
import { countKinds, referenceReport } from "./reference-reader.ts";
import { CORPUS, FIXTURES, hasCorpus, readRuns } from "./runs.ts";

interface Expected {
  readonly exit: string;
  /** Of `events`, only the kinds that occur. */
  readonly summary: Omit<RunReport, "events"> & { readonly events: Partial<Record<LineKind, number>> };
}

const expected = JSON.parse(readFileSync(new URL("expected.json", FIXTURES), "utf8")) as Record<string, Expected>;

function read(lines: readonly string[]): RunReport {
  const reader = createRunReader();
  for (const line of lines) reader.push(line);
  return reader.report();
}

describe("runs kept in the repository", () => {
  const runs = readRuns(FIXTURES).filter(({ name }) => name in expected);

  test.each(runs)("$name", ({ name, lines, exit }) => {
    const { summary } = expected[name] ?? {};
    expect(exit).toBe(expected[name]?.exit);
    expect(read(lines)).toEqual({ ...summary, events: { ...countKinds([]), ...summary?.events } });
  });
});

describe.skipIf(!hasCorpus)("all captured runs (only where the corpus lies beside the repository)", () => {
  const runs = hasCorpus ? readRuns(CORPUS) : [];

  test("are there", () => {
    expect(runs.length).toBeGreaterThan(300);
  });

  test("give the summary of a full parse", () => {
    for (const { name, lines } of runs) expect(read(lines), name).toEqual(referenceReport(lines));
  });

  test("have no event that is unknown", () => {
    const unknown = runs.flatMap(({ name, lines }) => lines.map(parseLine).map((event) => [name, event.type]));
    expect(unknown.filter(([, type]) => type === "unknown")).toEqual([]);
  });

  test("make sense: a session where there are events, an answer where a run ended well", () => {
    for (const { name, lines, exit } of runs) {
      const summary = read(lines);
      const { other, ...events } = summary.events;
      expect(summary.sessionId !== null, name).toBe(lines.length > other);
      expect(summary.steps, name).toBeLessThanOrEqual(events.step_start);
      const endedWell = exit === "0" && summary.finishReason === "stop" && summary.complete;
      if (endedWell) expect(summary.answer, name).toMatch(/\S/);
      expect(summary.costUsd ?? 0, name).toBeGreaterThanOrEqual(0);
    }
  });
});
