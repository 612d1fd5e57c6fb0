import { expect, test } from "vitest";
import { createRunReader } from "../index.ts";
import type { Verdict } from "../index.ts";
import { resultEntry } from "./index.ts";

const ok: Verdict = {
  ok: true,
  code: "ok",
  message: "The model answered.",
  retry: false,
  retryAfterMs: null,
  sessionLost: false,
  remedy: "",
};

const report = {
  ...createRunReader().report(),
  answer: "Done.",
  usage: { input: 1900, output: 300, reasoning: 200, cacheRead: 8000, cacheWrite: 100 },
  costUsd: 0.0038,
};

test("the result of a run is its answer and what the provider bills: reasoning as output, what went into the cache as input", () => {
  expect(resultEntry(report, ok, "t")).toEqual({
    kind: "result",
    ts: "t",
    text: "Done.",
    inputTokens: 2000,
    outputTokens: 500,
    cachedTokens: 8000,
    costUsd: 0.0038,
    subtype: "ok",
    isError: false,
    errors: [],
  });
});

test("the result of a run that failed says why, and what to do", () => {
  const verdict: Verdict = { ...ok, ok: false, code: "auth", message: "No key.", remedy: "Give it one." };
  expect(resultEntry({ ...report, answer: null, costUsd: null }, verdict, "t")).toMatchObject({
    text: "",
    costUsd: 0,
    subtype: "auth",
    isError: true,
    errors: ["No key.", "Give it one."],
  });
});
