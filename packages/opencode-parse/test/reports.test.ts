import { describe, expect, test } from "vitest";
import { createRunReader, parseLine } from "../src/index.ts";
import type { RunReport } from "../src/index.ts";
import { referenceReport } from "./reference-reader.ts";
import { CORPUS, hasCorpus, readRuns } from "./runs.ts";

function read(lines: readonly string[]): RunReport {
  const reader = createRunReader();
  for (const line of lines) reader.push(line);
  return reader.report();
}

describe.skipIf(!hasCorpus)("all captured runs (only where the corpus lies beside the repository)", () => {
  const runs = hasCorpus ? readRuns(CORPUS) : [];

  test("are there", () => {
    expect(runs.length).toBeGreaterThan(300);
  });

  test("give the report of a full parse", () => {
    for (const { name, lines } of runs) expect(read(lines), name).toEqual(referenceReport(lines));
  });

  test("have no event that is unknown", () => {
    const unknown = runs.flatMap(({ name, lines }) => lines.map(parseLine).map((event) => [name, event.type]));
    expect(unknown.filter(([, type]) => type === "unknown")).toEqual([]);
  });

  test("make sense: a session where there are events, an answer where a run ended well", () => {
    for (const { name, lines, exit } of runs) {
      const report = read(lines);
      const { other, ...events } = report.events;
      expect(report.sessionId !== null, name).toBe(lines.length > other);
      expect(report.steps, name).toBeLessThanOrEqual(events.step_start);
      const endedWell = exit === "0" && report.finishReason === "stop" && report.complete;
      if (endedWell) expect(report.answer, name).toMatch(/\S/);
      expect(report.costUsd ?? 0, name).toBeGreaterThanOrEqual(0);
    }
  });
});
