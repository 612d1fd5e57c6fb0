import { describe, expect, test } from "vitest";
import { retry, RUN } from "../../test/outcomes.ts";
import { giveUp } from "./retry.ts";
import type { Failure } from "./verdict.ts";

const BUSY: Failure = { ok: false, code: "llm_api_error", message: "Busy.", transient: true };
const UNPAID: Failure = { ok: false, code: "llm_api_error", message: "Pay.", quota: true };
const NEWER = RUN.attempt;
const OLDER = { context: {} };

describe("a failure that passes by itself", () => {
  test.each([
    ["a first run", NEWER, {}],
    ["the first retry", NEWER, retry(1)],
    ["the third retry of an older Paperclip, which makes four", OLDER, retry(3)],
    ["a retry of another family's failure", NEWER, retry(2, "provider_quota")],
    ["a run that was woken for another reason", NEWER, { ...retry(2), retryReason: "issue_continuation_needed" }],
    ["a context that says nothing", NEWER, { ...retry(2), scheduledRetryAttempt: undefined }],
  ])("of %s is tried again", (_, attempt, context) => {
    expect(giveUp(BUSY, { ...attempt, context })).toBe(BUSY);
  });

  test.each([
    ["the second retry", NEWER, 2, 3],
    ["the fourth retry of an older Paperclip", OLDER, 4, 5],
  ])("of %s is not: it comes again and again", (_, attempt, retries, failures) => {
    expect(giveUp(BUSY, { ...attempt, context: retry(retries) })).toEqual({
      ...BUSY,
      message: `Busy. This is failure ${failures} of its kind in a row: it is not tried again by itself.`,
      transient: false,
      quota: false,
      givenUp: true,
    });
  });
});

test("a provider that is not paid after the last retry is not asked again by itself, either", () => {
  expect(giveUp(UNPAID, { ...NEWER, context: retry(2, "provider_quota") })).toMatchObject({ quota: false });
  expect(giveUp(UNPAID, { ...NEWER, context: retry(2) })).toBe(UNPAID);
});

test("a failure that does not pass, and a success, are what they are, whatever came before", () => {
  const plain: Failure = { ok: false, code: "k8s_oom_killed", message: "Too little memory." };
  expect(giveUp(plain, { ...NEWER, context: retry(2) })).toBe(plain);
  expect(giveUp(plain, { ...NEWER, context: { ...retry(2), errorFamily: null } })).toBe(plain);
  expect(giveUp({ ok: true }, { ...NEWER, context: retry(2) })).toEqual({ ok: true });
});
