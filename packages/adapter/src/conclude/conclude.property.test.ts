import type { AdapterExecutionResult } from "@paperclipai/adapter-utils";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyContext, anyError, anyOutcome, anyRun } from "../../test/any-outcome.ts";
import { resultOfError, SECRET } from "../../test/outcomes.ts";
import type { Outcome } from "../observe/index.ts";
import { CODES } from "./codes.ts";
import { conclude, type Run } from "./conclude.ts";

/** As Paperclip reads a result: `succeeded`, by 2026.824 and by 2026.916 (`services/heartbeat.js`). */
const by824 = ({ timedOut, exitCode, errorMessage }: AdapterExecutionResult): boolean =>
  !timedOut && (exitCode ?? 0) === 0 && !errorMessage;
const by916 = (result: AdapterExecutionResult): boolean => by824(result) && !result.signal;

/** Every result of every outcome. */
function eachResult(check: (result: AdapterExecutionResult, outcome: Outcome, run: Run) => void): void {
  fc.assert(
    fc.property(anyOutcome, anyRun, (outcome, run) => check(conclude(outcome, run), outcome, run)),
    { numRuns: 1000 },
  );
}

/** Every result of a run that could not begin. */
function eachError(check: (result: AdapterExecutionResult) => void): void {
  fc.assert(
    fc.property(anyError, anyContext, fc.constantFrom(null, "Cancelled", "lease lost"), (error, context, cancel) => {
      const signal = cancel === null ? new AbortController().signal : AbortSignal.abort(new Error(cancel));
      check(resultOfError(error, context, signal));
    }),
  );
}

describe("whatever is seen of a run", () => {
  test("it is a success for both versions of Paperclip, or for none, and then it has a code and a message", () => {
    let successes = 0;
    eachResult((result) => {
      expect(by824(result)).toBe(by916(result));
      expect(result.errorCode === undefined && result.errorMessage === undefined).toBe(by916(result));
      if (by916(result)) successes += 1;
      else expect(result.errorMessage).toMatch(/\S/);
    });
    expect(successes).toBeGreaterThan(10);
  });

  test("it is a success only where the model answered, and nobody and nothing ended it", () => {
    eachResult((result, { stop, refusal, started, diagnosis, report, receipt }) => {
      if (!by916(result)) return;
      const ended = { stop, refusal, started, category: diagnosis?.category ?? "exit_code" };
      expect(ended).toEqual({ stop: null, refusal: null, started: true, category: "exit_code" });
      expect(report).toMatchObject({
        complete: true,
        finishReason: "stop",
        answer: expect.stringMatching(/\S/) as string,
      });
      expect(receipt?.stopReason).not.toBe("output_limit");
    });
  });

  test("its session is the one that OpenCode named, or else the one to go on with, or it is cleared; never another", () => {
    eachResult((result, { report }, { plan }) => {
      const known = report.sessionId ?? plan.resumes;
      if (result.clearSession === true) expect(result).not.toHaveProperty("sessionParams");
      else expect(result.sessionParams ?? null).toEqual(known && { sessionId: known, cwd: "/work" });
      expect(result.sessionDisplayId).toBe(result.sessionParams?.["sessionId"]);
    });
  });

  test("its code is in the table, and nobody tries again what the table says nobody does", () => {
    eachResult((result, { stop, gone }) => {
      if (by916(result)) return;
      expect(Object.keys(CODES)).toContain(result.errorCode);
      const { retried } = CODES[result.errorCode as keyof typeof CODES];
      const goesOn = result.resultJson?.["conversationContinuation"] !== undefined;
      if (retried === "nobody") expect(goesOn).toBe(false);
      const family = result.errorFamily;
      if (retried === "nobody" || retried === "session") expect(family).toBeNull();
      if (family === null) expect(result).not.toHaveProperty("retryNotBefore");
      if (result.executionRecovery?.kind === "interrupted")
        expect({ stop, gone }).toEqual({ stop: "cancelled", gone: true });
    });
  });

  test("no text of it has the run's secret", () => {
    eachResult((result) => {
      expect(JSON.stringify(result)).not.toContain(SECRET);
      expect(JSON.stringify(result)).not.toContain(btoa(SECRET));
    });
  });

  test("a cost is a number that somebody gave, or null", () => {
    eachResult(({ costUsd, resultJson }, { report }, { config }) => {
      if (report.costUsd !== null) expect(costUsd).toBe(report.costUsd);
      else if (config.tokenPrices === undefined) expect(costUsd).toBeNull();
      else expect(resultJson).toMatchObject({ costBy: "tokenPrices" });
    });
  });
});

describe("whatever keeps a run from beginning", () => {
  test("it is a failure for both versions, with a code of the table, a message, and nothing secret in it", () => {
    eachError((result) => {
      expect([by824(result), by916(result)]).toEqual([false, false]);
      expect(Object.keys(CODES)).toContain(result.errorCode);
      expect(result.errorMessage).toMatch(/\S/);
      expect(JSON.stringify(result)).not.toContain(SECRET);
      expect(result).not.toHaveProperty("sessionParams");
      expect(result).not.toHaveProperty("usage");
    });
  });
});
