import { describe, expect, test } from "vitest";
import { ANSWER, printLines, receiptFor, simRun } from "../../test/sim-run.ts";

type Result = Awaited<ReturnType<ReturnType<typeof simRun>["result"]>>;

/** A run whose provider answers with an error. */
function failingWith(statusCode: number, body: object, headers: Record<string, string> = {}): Promise<Result> {
  const responseBody = JSON.stringify({ error: body });
  const data = { message: "The provider said no.", statusCode, responseBody, responseHeaders: headers };
  const error = { type: "error", timestamp: 1, sessionID: "ses_1", error: { name: "APIError", data } };
  const lines = [JSON.stringify(error)];
  const script = (io: Parameters<Parameters<typeof simRun>[0]["script"]>[0]): Promise<number> => {
    printLines(io, [...lines, receiptFor(lines, { exitCode: 1 })]);
    return Promise.resolve(1);
  };
  return simRun({ script }).result();
}

function answering(config: Record<string, unknown>): Promise<Result> {
  const script = (io: Parameters<Parameters<typeof simRun>[0]["script"]>[0]): Promise<number> => {
    printLines(io, [...ANSWER, receiptFor(ANSWER)]);
    return Promise.resolve(0);
  };
  return simRun({ script, config }).result();
}

describe("what Paperclip may do about a failure at the provider", () => {
  test("that passes by itself: try again", async () => {
    const result = await failingWith(529, { type: "overloaded_error" });
    expect(result).toMatchObject({ errorCode: "llm_api_error", errorFamily: "transient_upstream" });
  });

  test("that wants to be paid: leave the agent idle, and try again when the provider said", async () => {
    const result = await failingWith(429, { code: "insufficient_quota" }, { "retry-after": "3600" });
    expect(result).toMatchObject({ errorCode: "llm_api_error", errorFamily: "provider_quota" });
    expect(result.retryNotBefore).toEqual(expect.any(String));
  });

  test("that only a person can mend: nothing", async () => {
    expect(await failingWith(401, { code: "invalid_api_key" })).toMatchObject({ errorFamily: null });
  });
});

describe("who is paid", () => {
  test.each([
    ["the provider of the model", { model: "anthropic/claude" }, "anthropic"],
    ["OpenRouter, whose key the agent has", { env: { OPENROUTER_API_KEY: "k" } }, "openrouter"],
    ["OpenRouter, at whose address it is", { env: { OPENAI_BASE_URL: "https://openrouter.ai/api/v1" } }, "openrouter"],
  ])("is %s", async (_, config, biller) => {
    expect(await answering(config)).toMatchObject({ biller, billingType: "api" });
  });

  test("is not confused by a slash in the model's name", async () => {
    const result = await answering({ model: "openrouter/anthropic/claude" });
    expect(result).toMatchObject({ provider: "openrouter", model: "anthropic/claude", biller: "openrouter" });
  });
});
