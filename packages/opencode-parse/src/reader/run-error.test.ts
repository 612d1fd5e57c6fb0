import { describe, expect, test } from "vitest";
import type { RunError } from "../index.ts";
import { parseRun } from "../index.ts";

/** Sun, 22 Nov 2026 10:00:00 GMT */
const NOW = Date.UTC(2026, 10, 22, 10);

function errorOf(data: object): RunError | undefined {
  const error = { name: "APIError", data: { message: "no", ...data } };
  return parseRun(JSON.stringify({ type: "error", timestamp: NOW, sessionID: "ses_1", error })).errors[0];
}

test("an error says only what was printed", () => {
  expect(errorOf({})).toEqual({
    name: "APIError",
    message: "no",
    statusCode: null,
    retryable: null,
    retryAfterMs: null,
    providerCode: null,
    code: null,
    afterSteps: 0,
  });
  expect(
    errorOf({ statusCode: 503, isRetryable: true, metadata: { code: "ProviderResponseStreamError" } }),
  ).toMatchObject({ statusCode: 503, retryable: true, code: "ProviderResponseStreamError" });
});

describe("the time that a provider asks to wait", () => {
  test.each([
    [{ "retry-after": "3600" }, 3_600_000],
    [{ "Retry-After": " 1.5 " }, 1500],
    [{ "retry-after-ms": "250", "retry-after": "1" }, 250],
    [{ "retry-after": "Sun, 22 Nov 2026 10:00:30 GMT" }, 30_000],
    [{ "retry-after": "Sun, 22 Nov 2026 09:00:00 GMT" }, 0],
    [{ "retry-after": "soon" }, null],
    [{ "retry-after": "-1" }, null],
    [{ "retry-after": 5 }, null],
    [{}, null],
  ])("of %j is %j ms", (responseHeaders, ms) => {
    expect(errorOf({ responseHeaders })?.retryAfterMs).toBe(ms);
  });
});

describe("the code of the provider's error", () => {
  test.each([
    [{ error: { type: "insufficient_quota", code: "insufficient_quota_now" } }, "insufficient_quota_now"],
    [{ error: { type: "overloaded_error", code: null } }, "overloaded_error"],
    [{ type: "error", error: { type: "rate_limit_error", message: "slow down" } }, "rate_limit_error"],
    [[{ error: { code: 429, status: "RESOURCE_EXHAUSTED" } }], "RESOURCE_EXHAUSTED"],
    [{ error: { code: 402 } }, "402"],
    [{ code: "server_error" }, "server_error"],
    [{ error: "no" }, null],
    [["no"], null],
  ])("in %j is %j", (body, code) => {
    expect(errorOf({ responseBody: JSON.stringify(body) })?.providerCode).toBe(code);
    expect(errorOf({ message: JSON.stringify(body) })?.providerCode).toBe(code);
  });

  test("is not looked for in what is no JSON", () => {
    expect(errorOf({ responseBody: "<html>502</html>" })?.providerCode).toBeNull();
    expect(errorOf({ responseBody: "{broken" })?.providerCode).toBeNull();
  });
});
