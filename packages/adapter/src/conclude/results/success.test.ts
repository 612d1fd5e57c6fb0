import { expect, test } from "vitest";
import {
  ACCOUNT,
  ANSWERED,
  BILL,
  end,
  errorEvent,
  receipt,
  reportOf,
  resultOf,
  RUN,
  SESSION,
  STEP_START,
  stepFinish,
  textEvent,
} from "../../../test/outcomes.ts";

const SUCCEEDED = { exitCode: 0, signal: null, timedOut: false, ...BILL, summary: "Done.", ...SESSION };

test("a run that answered", () => {
  expect(resultOf({})).toEqual({ ...SUCCEEDED, resultJson: ACCOUNT });
});

test("a run that answered after an overflow that compaction recovered, although OpenCode exits with 1", () => {
  const overflow = errorEvent("ContextOverflowError", { message: "prompt is too long" });
  const step = (text: string) => [STEP_START, textEvent(text), stepFinish("stop")];
  const report = reportOf(overflow, ...step("Summary."), ...step("Done."));
  expect(resultOf({ receipt: receipt({ exitCode: 1 }), report })).toEqual({
    ...SUCCEEDED,
    usage: { inputTokens: 210, outputTokens: 100, cachedInputTokens: 60 },
    costUsd: 0.5,
    resultJson: { ...ACCOUNT, receipt: receipt({ exitCode: 1 }) },
  });
});

test("a run that began a new session, because the one to go on with is unknown, and answered", () => {
  const began = receipt({ freshSession: true });
  const outcome = { receipt: began, end: end(0, "Error: Session not found") };
  expect(resultOf(outcome, { plan: { ...RUN.plan, resumes: "ses_0" } })).toEqual({
    ...SUCCEEDED,
    resultJson: { ...ACCOUNT, receipt: began },
  });
});

test("a run that answered in the moment in which its time was up", () => {
  const inTime = receipt({ stopReason: "timeout" });
  expect(resultOf({ receipt: inTime })).toEqual({ ...SUCCEEDED, resultJson: { ...ACCOUNT, receipt: inTime } });
});

test("a run whose cost is known by tokenPrices alone says so", () => {
  const tokenPrices = { "anthropic/claude": { input: 3, output: 15 } };
  expect(resultOf({ report: { ...ANSWERED, costUsd: null } }, { config: { ...RUN.config, tokenPrices } })).toEqual({
    ...SUCCEEDED,
    // 105 × 3 + 50 × 15, for a million.
    costUsd: 0.001065,
    resultJson: { ...ACCOUNT, costBy: "tokenPrices" },
  });
});

test("a run whose cost nobody knows, by a model that is paid at OpenRouter", () => {
  const config = { ...RUN.config, model: "openai/gpt/5", env: { OPENROUTER_API_KEY: "sk-1234567890" } };
  expect(resultOf({ report: { ...ANSWERED, costUsd: null } }, { config })).toEqual({
    ...SUCCEEDED,
    costUsd: null,
    provider: "openai",
    model: "gpt/5",
    biller: "openrouter",
    resultJson: ACCOUNT,
  });
});

test("a run that was taken over from a lost one, whose Job had two pods, and of whose log Paperclip did not take a line", () => {
  const launched = { ...RUN.launched, adopted: true };
  const delivery = { accepted: { lines: 2, bytes: 200 }, refusal: "the database is full" };
  expect(resultOf({ otherPods: ["pod-2"], complete: false }, { launched, delivery })).toEqual({
    ...SUCCEEDED,
    resultJson: {
      ...ACCOUNT,
      job: { ...ACCOUNT.job, adopted: true },
      log: { lines: 2, bytes: 200, complete: false, refusal: "the database is full" },
      otherPods: ["pod-2"],
    },
  });
});
