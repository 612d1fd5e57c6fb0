import type { AdapterExecutionResult } from "@paperclipai/adapter-utils";
import { expect, test } from "vitest";
import {
  ACCOUNT,
  BILL,
  CONTINUES,
  end,
  errorEvent,
  failedWith,
  FREE,
  receipt,
  reportOf,
  resultOf,
  RUN,
  SESSION,
  SILENT,
  STEP_START,
  stepFinish,
  textEvent,
} from "../../../test/outcomes.ts";
import type { Outcome } from "../../observe/index.ts";

type Row = readonly [title: string, outcome: Partial<Outcome>, expected: AdapterExecutionResult];

const exit = (exitCode: number, stderr: string): Partial<Outcome> => ({
  receipt: receipt({ exitCode }),
  end: end(exitCode, stderr),
  report: SILENT,
});
const FAILED = { ...ACCOUNT, receipt: receipt({ exitCode: 1 }) };
const KEPT = { sessionParams: { sessionId: "ses_0", cwd: "/work" }, sessionDisplayId: "ses_0" };

/** Each was to go on with the session `ses_0`. */
const table: readonly Row[] = [
  [
    "the session is unknown: it is cleared",
    exit(1, "Error: Session not found"),
    {
      ...failedWith(
        "session_unavailable",
        "The session cannot be opened. Session not found. Start again without --session; check that the data directory, " +
          "the password and the server (--attach) are those of the first run.",
      ),
      ...FREE,
      summary: null,
      clearSession: true,
      resultJson: {
        ...FAILED,
        verdict: { code: "session_unavailable", retry: true },
        stderr: "Error: Session not found",
      },
    },
  ],
  [
    "nothing recovered an overflow of the context: the session is cleared",
    {
      receipt: receipt({ exitCode: 1 }),
      report: reportOf(
        STEP_START,
        stepFinish("tool-calls"),
        errorEvent("ContextOverflowError", { message: "prompt is too long" }),
      ),
    },
    {
      ...failedWith(
        "context_overflow",
        "The conversation is longer than the model's context, and compaction did not help. prompt is too long. " +
          "Begin with a new session and a shorter prompt, set the model's `limit.context`, or take a model with a larger context.",
      ),
      ...BILL,
      summary: null,
      clearSession: true,
      resultJson: { ...FAILED, verdict: { code: "context_overflow", retry: false } },
    },
  ],
  [
    "its own step limit was reached: the session is cleared",
    { report: reportOf(STEP_START, textEvent("I have reached the maximum number of steps."), stepFinish("stop")) },
    {
      ...failedWith(
        "step_limit",
        "The agent's step limit ended the work before it was done. Raise `steps` of the agent or cut the task; begin with a new session.",
      ),
      ...BILL,
      summary: "I have reached the maximum number of steps.",
      clearSession: true,
      resultJson: { ...ACCOUNT, verdict: { code: "step_limit", retry: false } },
    },
  ],
  [
    "it refuses its configuration: Paperclip stops",
    exit(1, "Error: Configuration is invalid at /x"),
    {
      ...failedWith(
        "configuration_incomplete",
        "OpenCode cannot work with its configuration. Configuration is invalid at /x. Correct what the message names; where it " +
          "names nothing, run with --print-logs and check model, agent, command and the provider's key and `baseURL`.",
      ),
      ...FREE,
      summary: null,
      ...KEPT,
      resultJson: {
        ...FAILED,
        verdict: { code: "config_invalid", retry: false },
        stderr: "Error: Configuration is invalid at /x",
      },
    },
  ],
  [
    "it is not in the image: nothing was begun",
    exit(127, "sh: opencode: not found"),
    {
      ...failedWith("opencode_missing", "sh: opencode: not found"),
      exitCode: 127,
      ...FREE,
      summary: null,
      ...KEPT,
      executionRecovery: { kind: "bootstrap", providerWorkStarted: false },
      resultJson: {
        ...ACCOUNT,
        receipt: receipt({ exitCode: 127 }),
        verdict: { code: "internal", retry: false },
        stderr: "sh: opencode: not found",
      },
    },
  ],
  [
    "it printed nothing, and exits with 0",
    { report: SILENT },
    {
      ...failedWith(
        "llm_api_error",
        "The run ended well, but the model said nothing. No event was printed. Start again; if it stays, look at stderr with --print-logs.",
      ),
      ...FREE,
      summary: null,
      ...KEPT,
      resultJson: { ...ACCOUNT, verdict: { code: "empty_answer", retry: true }, ...CONTINUES },
    },
  ],
  [
    "only stderr explains it",
    exit(1, "Error: Unexpected error\n\nundefined is not an object"),
    {
      ...failedWith(
        "opencode_failed",
        "OpenCode failed, and no known cause was found. Unexpected error: undefined is not an object. Run with --print-logs and look at stderr.",
      ),
      ...FREE,
      summary: null,
      ...KEPT,
      resultJson: {
        ...FAILED,
        verdict: { code: "internal", retry: false },
        stderr: "Error: Unexpected error\n\nundefined is not an object",
        ...CONTINUES,
      },
    },
  ],
  [
    "a signal ended it: there is an exit code all the same",
    { receipt: receipt({ exitCode: null, signal: "SIGSEGV" }), report: SILENT },
    {
      ...failedWith(
        "opencode_failed",
        "The run was ended from outside. SIGSEGV, no step finished. A session of another directory prints nothing: start with --dir and the directory of its first run. Start again; check the time limit and, after SIGKILL (137), the memory limit.",
      ),
      signal: "SIGSEGV",
      ...FREE,
      summary: null,
      ...KEPT,
      resultJson: {
        ...ACCOUNT,
        receipt: receipt({ exitCode: null, signal: "SIGSEGV" }),
        verdict: { code: "killed", retry: true },
        ...CONTINUES,
      },
    },
  ],
  [
    "its answer found no room on the disk",
    { report: SILENT, complete: false, receipt: receipt({ warnings: ["disk_full"] }) },
    {
      ...failedWith(
        "log_incomplete",
        "OpenCode ended, but part of its output could not be written: the disk was full. Raise `scratch.run`, or make room on the node.",
      ),
      ...FREE,
      summary: null,
      ...KEPT,
      resultJson: {
        ...ACCOUNT,
        log: { lines: 3, bytes: 300, complete: false },
        receipt: receipt({ warnings: ["disk_full"] }),
        verdict: { code: "empty_answer", retry: true },
        ...CONTINUES,
      },
    },
  ],
  [
    "its answer was lost on the way",
    { report: SILENT, complete: false },
    {
      ...failedWith("log_incomplete", "OpenCode ended, but part of its output could not be read."),
      ...FREE,
      summary: null,
      ...KEPT,
      resultJson: {
        ...ACCOUNT,
        log: { lines: 3, bytes: 300, complete: false },
        verdict: { code: "empty_answer", retry: true },
        ...CONTINUES,
      },
    },
  ],
];

test.each(table)("OpenCode fails, because %s", (_, outcome, expected) => {
  expect(resultOf(outcome, { plan: { ...RUN.plan, resumes: "ses_0" } })).toEqual(expected);
});

test("OpenCode fails, and its new session is kept, because another than the one to go on with", () => {
  const report = reportOf(STEP_START, stepFinish("length"));
  expect(resultOf({ report }, { plan: { ...RUN.plan, resumes: "ses_0" } })).toEqual({
    ...failedWith(
      "output_limit",
      "The answer was cut at the model's output limit. Raise `limit.output` of the model, or ask for less at a time.",
    ),
    ...BILL,
    summary: null,
    ...SESSION,
    resultJson: { ...ACCOUNT, verdict: { code: "output_limit", retry: false }, ...CONTINUES },
  });
});
