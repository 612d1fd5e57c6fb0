import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OpenCodeEvent } from "../src/index.ts";
import { judgeRun, parseLine, parseRun } from "../src/index.ts";
import { anyEnd, mutatedRun } from "./mutated-runs.ts";
import { countKinds } from "./reference-reader.ts";

const RUNS = { numRuns: 1000 };

describe("of a run whose lines were dropped, doubled, moved, cut, or mixed with others", () => {
  test("the report counts every line, and each finish is a step", () => {
    fc.assert(
      fc.property(mutatedRun, (lines) => {
        const { steps, events } = parseRun(textOf(lines));
        expect(events).toEqual(countKinds(lines.map(parseLine).map(({ type }) => type)));
        expect(steps).toBe(events.step_finish);
      }),
      RUNS,
    );
  });

  test("the report is complete only when nothing of a step comes after the last finish, but a text of that step", () => {
    fc.assert(
      fc.property(mutatedRun, (lines) => {
        const { complete, finishReason } = parseRun(textOf(lines));
        const last = lines
          .map(parseLine)
          .findLast(
            (event) =>
              ["step_start", "reasoning", "tool_use", "step_finish"].includes(event.type) ||
              (event.type === "text" && event.part.synthetic),
          );
        if (complete) expect(last?.type).toBe("step_finish");
        if (complete) expect(finishReason).not.toBeNull();
      }),
      RUNS,
    );
  });

  test("the answer is the text of one line that the model wrote, and the session that of one line", () => {
    fc.assert(
      fc.property(mutatedRun, (lines) => {
        const { answer, sessionId } = parseRun(textOf(lines));
        const events = lines.map(parseLine);
        if (answer !== null) expect(events.some((event) => isOwnText(event, answer))).toBe(true);
        if (sessionId !== null) expect(events.some((event) => sessionOf(event) === sessionId)).toBe(true);
      }),
      RUNS,
    );
  });

  test("tokens and cost are the sums of the finishes, but for what the corrections say", () => {
    fc.assert(
      fc.property(mutatedRun, (lines) => {
        const { usage, costUsd, corrections } = parseRun(textOf(lines), { outputUsdPerMillion: 2 });
        const tokens = corrections.flatMap((correction) =>
          correction.kind === "output_tokens" ? correction.tokens : [],
        );
        const usd = corrections.flatMap((correction) => (correction.kind === "cost" ? correction.usd : []));
        const finishes = lines.map(parseLine).filter((event) => event.type === "step_finish");
        const sum = (pick: (finish: (typeof finishes)[number]["part"]) => number): number =>
          finishes.reduce((total, { part }) => total + pick(part), 0);
        expect({ ...usage, output: usage.output + (tokens[0] ?? 0) }).toEqual({
          input: sum(({ tokens }) => tokens.input),
          output: sum(({ tokens }) => tokens.output),
          reasoning: sum(({ tokens }) => tokens.reasoning),
          cacheRead: sum(({ tokens }) => tokens.cache.read),
          cacheWrite: sum(({ tokens }) => tokens.cache.write),
        });
        expect((costUsd ?? 0) + (usd[0] ?? 0)).toBeCloseTo(
          sum(({ cost }) => cost),
          10,
        );
      }),
      RUNS,
    );
  });

  test("the report is the same from bytes, with CRLF, and without a line feed at the end", () => {
    fc.assert(
      fc.property(mutatedRun, (lines) => {
        const report = parseRun(textOf(lines));
        expect(parseRun(new TextEncoder().encode(textOf(lines)))).toEqual(report);
        expect(parseRun(lines.map((line) => `${line}\r\n`).join(""))).toEqual(report);
        if (lines.at(-1) !== "") expect(parseRun(lines.join("\n"))).toEqual(report);
      }),
      RUNS,
    );
  });

  test("there is a verdict, whatever is known of the end; a success has an answer, and only a failure a remedy", () => {
    fc.assert(
      fc.property(mutatedRun, anyEnd, (lines, end) => {
        const report = parseRun(textOf(lines));
        const { ok, code, message, retry, sessionLost, remedy } = judgeRun(report, end);
        expect(ok).toBe(code === "ok");
        expect(remedy === "").toBe(ok);
        expect(message).not.toBe("");
        if (!ok) return;
        expect(report.answer).toMatch(/\S/);
        expect([report.complete, report.finishReason, retry, sessionLost]).toEqual([true, "stop", false, false]);
      }),
      RUNS,
    );
  });
});

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

function isOwnText(event: OpenCodeEvent, text: string): boolean {
  return event.type === "text" && !event.part.synthetic && event.part.text === text;
}

function sessionOf(event: OpenCodeEvent): unknown {
  return event.type === "unknown" || event.type === "other" ? null : event.sessionID;
}
