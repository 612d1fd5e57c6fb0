import { createRunReader } from "@opencode-k8s/opencode-parse";
import { describe, expect, test } from "vitest";
import { limitReached, type ReachedLimit, type RunLimits } from "./limits.ts";

interface Step {
  readonly reason?: string;
  readonly tokens?: Partial<Record<"input" | "output" | "reasoning" | "read" | "write", number>>;
  readonly cost?: number;
}

/** The limit that a run of these steps has reached; `begun`: one more step has begun. */
function after(steps: readonly Step[], limits: Partial<RunLimits>, begun = false): ReachedLimit | null {
  const reader = createRunReader();
  const print = (type: string, part: object): unknown =>
    reader.push(JSON.stringify({ type, timestamp: 1, sessionID: "ses_1", part }));
  for (const { reason = "tool-calls", tokens = {}, cost = 0 } of steps) {
    print("step_start", { type: "step-start" });
    const { input = 0, output = 0, reasoning = 0, read = 0, write = 0 } = tokens;
    const counted = { input, output, reasoning, cache: { read, write } };
    print("step_finish", { type: "step-finish", reason, cost, tokens: counted });
  }
  if (begun) print("step_start", { type: "step-start" });
  return limitReached(reader, { model: "gateway/m", ...limits });
}

const many = (count: number, step: Step): Step[] => Array.from({ length: count }, () => step);

test("without a limit a run takes as much as it likes", () => {
  expect(after(many(1000, { tokens: { input: 1e6 }, cost: 1000 }), {})).toBeNull();
});

describe("steps", () => {
  test("are as many as were asked for, and no more", () => {
    expect(after(many(2, {}), { maxSteps: 3 })).toBeNull();
    expect(after(many(3, {}), { maxSteps: 3 })).toEqual({
      code: "k8s_step_limit",
      message: "It took 3 steps; maxSteps is 3.",
    });
  });

  test("the last of which is an answer end the run by themselves", () => {
    expect(after([...many(2, {}), { reason: "stop" }], { maxSteps: 3 })).toBeNull();
    expect(after([...many(2, {}), { reason: "stop" }], { maxSteps: 3 }, true)).toMatchObject({
      code: "k8s_step_limit",
    });
  });
});

describe("tokens", () => {
  test("are those of input and output, of whatever kind, without what was read from a cache", () => {
    const tokens = { input: 10, output: 20, reasoning: 30, write: 40, read: 1e6 };
    expect(after([{ tokens }], { maxTokens: 100 })).toBeNull();
    expect(after([{ tokens: { ...tokens, input: 11 } }], { maxTokens: 100 })).toMatchObject({
      code: "k8s_token_limit",
      message: "It took 101 tokens; maxTokens is 100.",
    });
  });
});

describe("cost", () => {
  test("is what OpenCode reports", () => {
    expect(after([{ cost: 0.5 }], { maxCostUsd: 0.5 })).toBeNull();
    expect(after([{ cost: 0.5 }, { cost: 0.01 }], { maxCostUsd: 0.5 })).toMatchObject({
      code: "k8s_cost_limit",
      message: "It cost $0.5100; maxCostUsd is 0.5.",
    });
  });

  test("is by the price of tokens where OpenCode reports none", () => {
    const tokenPrices = { "gateway/m": { input: 1, output: 1 } };
    const step = { tokens: { input: 600_000 } };
    expect(after([step], { maxCostUsd: 1, tokenPrices })).toBeNull();
    expect(after([step, step], { maxCostUsd: 1, tokenPrices })).toMatchObject({
      code: "k8s_cost_limit",
      message: "It cost $1.2000, by tokenPrices; maxCostUsd is 1.",
    });
  });

  test("that is not known reaches no limit", () => {
    expect(after([{ tokens: { input: 1e9 } }], { maxCostUsd: 0.01 })).toBeNull();
  });
});

test("ten finishes in a row that OpenCode knows no reason of end the run, with or without a limit", () => {
  expect(after(many(9, { reason: "unknown" }), {})).toBeNull();
  expect(after([...many(9, { reason: "unknown" }), {}, ...many(9, { reason: "unknown" })], {})).toBeNull();
  expect(after(many(10, { reason: "unknown" }), {})).toMatchObject({ code: "looping" });
});
