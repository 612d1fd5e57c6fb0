import type { AdapterExecutionResult } from "@paperclipai/adapter-utils";
import { expect, test } from "vitest";
import {
  ACCOUNT,
  BILL,
  CONTINUES,
  errorEvent,
  failedWith,
  FREE,
  receipt,
  reportOf,
  resultOf,
  retry,
  RUN,
  SESSION,
  STEP_START,
  stepFinish,
} from "../../../test/outcomes.ts";
import type { ErrorCode } from "../codes.ts";
import type { Run } from "../conclude.ts";

/** What the provider answers: status, words, headers. */
type Answer = readonly [statusCode: number, message: string, headers?: Record<string, string>];

type Row = readonly [
  title: string,
  answer: Answer,
  failure: readonly [code: ErrorCode, message: string],
  /** The exact verdict of what OpenCode came to, and whether that can pass. */
  verdict: readonly [code: string, retry: boolean],
  more: Partial<AdapterExecutionResult>,
  goesOn: boolean,
  run: Partial<Run>,
];

const BUSY =
  "The provider could not be reached or did not answer properly. HTTP 529: Overloaded. " +
  "Start again later; if it stays, check the provider's status, `baseURL` and the way there (DNS, proxy, network policy).";

const table: readonly Row[] = [
  [
    "that does not take the key",
    [401, "bad key"],
    [
      "llm_api_error",
      "The provider refused the key. HTTP 401: bad key. Check the provider's API key and what it may be used for.",
    ],
    ["auth", false],
    {},
    true,
    {},
  ],
  [
    "that is overloaded: it passes",
    [529, "Overloaded"],
    ["llm_api_error", BUSY],
    ["provider_unavailable", true],
    { errorFamily: "transient_upstream" },
    true,
    {},
  ],
  [
    "that is overloaded in Paperclip's last retry, too: a person has to look",
    [529, "Overloaded", { "retry-after": "120" }],
    ["llm_api_error", `${BUSY} This is failure 3 of its kind in a row: it is not tried again by itself.`],
    ["provider_unavailable", true],
    {},
    false,
    { attempt: { ...RUN.attempt, context: retry(2) } },
  ],
  [
    "that limits the rate: it passes, when it says",
    [429, "Slow down", { "retry-after": "120" }],
    [
      "llm_api_error",
      "The provider limits the rate of requests. HTTP 429: Slow down. Wait, then start again; run less at once.",
    ],
    ["rate_limit", true],
    { errorFamily: "transient_upstream", retryNotBefore: "2026-11-23T00:02:00.000Z" },
    true,
    {},
  ],
  [
    "that wants to be paid: the agent is idle until it says",
    [402, "Payment required", { "retry-after": "3600" }],
    [
      "llm_api_error",
      "The provider wants to be paid. HTTP 402: Payment required. Check plan, balance and spending limit of the provider's account.",
    ],
    ["quota", false],
    { errorFamily: "provider_quota", retryNotBefore: "2026-11-23T01:00:00.000Z" },
    true,
    {},
  ],
  [
    "that says to come again in a year: in a week",
    [429, "Slow down", { "retry-after": "31536000" }],
    [
      "llm_api_error",
      "The provider limits the rate of requests. HTTP 429: Slow down. Wait, then start again; run less at once.",
    ],
    ["rate_limit", true],
    { errorFamily: "transient_upstream", retryNotBefore: "2026-11-30T00:00:00.000Z" },
    true,
    {},
  ],
  [
    "that does not know the model: Paperclip stops",
    [404, "The model `x` does not exist"],
    [
      "model_not_found",
      "The provider does not know the model. HTTP 404: The model `x` does not exist. " +
        "Check `provider/model`, the models of the configuration and what the key may use; `opencode models` lists them.",
    ],
    ["model_not_found", false],
    {},
    false,
    {},
  ],
];

test.each<Row>(table)("a provider %s", (_, answer, [code, message], verdict, more, goesOn, run) => {
  const [statusCode, words, responseHeaders = {}] = answer;
  const data = { message: words, statusCode, isRetryable: statusCode >= 429, responseHeaders };
  const failed = receipt({ exitCode: 1 });
  expect(resultOf({ receipt: failed, report: reportOf(errorEvent("APIError", data)) }, run)).toEqual({
    ...failedWith(code, message),
    ...FREE,
    summary: null,
    ...SESSION,
    ...more,
    resultJson: {
      ...ACCOUNT,
      receipt: failed,
      verdict: { code: verdict[0], retry: verdict[1] },
      ...(goesOn ? CONTINUES : {}),
    },
  });
});

test("a provider whose stream broke off, where no session outlives the pod: it passes, but nothing goes on", () => {
  const report = reportOf(STEP_START, stepFinish("tool-calls"), STEP_START);
  expect(resultOf({ report }, { plan: { ...RUN.plan, keepsSession: false } })).toEqual({
    ...failedWith(
      "empty_answer",
      'The output ends in the middle of the work. It stopped with 1 step finished, the last one with "tool-calls", another one open. ' +
        "Start again; send stdout to a file and follow that, because OpenCode does not wait for a slow reader of a pipe.",
    ),
    errorFamily: "transient_upstream",
    ...BILL,
    summary: null,
    ...SESSION,
    resultJson: { ...ACCOUNT, verdict: { code: "stream_truncated", retry: true } },
  });
});
