import { describe, expect, test } from "vitest";
import { ANSWER, printLines, receiptFor, simRun } from "../../test/sim-run.ts";

type Script = Parameters<typeof simRun>[0]["script"];
type Result = Awaited<ReturnType<ReturnType<typeof simRun>["result"]>>;

const answering: Script = (io) => {
  printLines(io, [...ANSWER, receiptFor(ANSWER)]);
  return Promise.resolve(0);
};

/** OpenCode gives up, because its provider does not answer. */
const overloaded: Script = (io) => {
  const data = { message: "Overloaded", statusCode: 529 };
  const lines = [
    JSON.stringify({ type: "error", timestamp: 1, sessionID: "ses_1", error: { name: "APIError", data } }),
  ];
  printLines(io, [...lines, receiptFor(lines, { exitCode: 1 })]);
  return Promise.resolve(1);
};

/** What `ctx.context` has in Paperclip's second retry, its last. */
const LAST_RETRY = { retryReason: "transient_failure", errorFamily: "transient_upstream", scheduledRetryAttempt: 2 };

describe("a failure that passes by itself", () => {
  test("is tried again by Paperclip", async () => {
    expect(await simRun({ script: overloaded }).result()).toMatchObject({ errorFamily: "transient_upstream" });
  });

  test("in the run of its last retry, too, is one that does not", async () => {
    const result = await simRun({ script: overloaded, context: { context: LAST_RETRY } }).result();
    expect(result).toMatchObject({ errorCode: "llm_api_error", errorFamily: null });
    expect(result.errorMessage).toContain("This is failure 3 of its kind in a row");
  });

  test("is none, either, before there is a Job", async () => {
    const run = simRun({ script: answering, context: { context: LAST_RETRY } });
    run.sim.faults.restart(3_600_000);
    expect(await run.result()).toMatchObject({
      errorCode: "k8s_api_unreachable",
      errorFamily: null,
      errorMessage: expect.stringContaining("failure 3 of its kind") as string,
    });
  });
});

describe("who is paid", () => {
  const answered = (config: Record<string, unknown>): Promise<Result> => simRun({ script: answering, config }).result();

  test.each([
    ["the provider of the model", { model: "anthropic/claude" }, "anthropic"],
    ["OpenRouter, whose key the agent has", { env: { OPENROUTER_API_KEY: "k" } }, "openrouter"],
    ["OpenRouter, at whose address it is", { env: { OPENAI_BASE_URL: "https://openrouter.ai/api/v1" } }, "openrouter"],
  ])("is %s", async (_, config, biller) => {
    expect(await answered(config)).toMatchObject({ biller, billingType: "api" });
  });

  test("is not confused by a slash in the model's name", async () => {
    const result = await answered({ model: "openrouter/anthropic/claude" });
    expect(result).toMatchObject({ provider: "openrouter", model: "anthropic/claude", biller: "openrouter" });
  });
});
