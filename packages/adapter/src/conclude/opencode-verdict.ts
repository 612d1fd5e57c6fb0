import { judgeRun, type Verdict as OpenCodeVerdict, type VerdictCode } from "@opencode-k8s/opencode-parse";
import type { Outcome } from "../observe/index.ts";
import type { ErrorCode } from "./codes.ts";
import type { Verdict } from "./verdict.ts";

/** What OpenCode itself came to, wherever it ran. `resumed`: it was to go on with a session. */
export function judgeOpenCode({ report, receipt, end }: Outcome, resumed: boolean): OpenCodeVerdict {
  return judgeRun(report, {
    exitCode: exitCodeOf({ receipt, end }),
    signal: receipt?.signal ?? null,
    stderr: end?.message ?? "",
    version: receipt?.opencodeVersion ?? null,
    resumed,
  });
}

/** What the program in the pod says when something is missing, and a shell when a program is not there or cannot be run. */
const NOT_RUNNABLE = [78, 126, 127];

export function notRunnable({ receipt, end }: Outcome): Verdict | null {
  if (!NOT_RUNNABLE.includes(exitCodeOf({ receipt, end }) ?? 0)) return null;
  const message = end?.message?.trim() || "The image has no OpenCode that can be run.";
  return { ok: false, code: "opencode_missing", message };
}

/**
 * Codes of what OpenCode came to. Where Paperclip has words of its own for what nobody but a person can mend, they are used;
 * `llm_api_error` is the predecessor's. The exact one is in the result's `verdict`.
 */
const OPENCODE_CODES: Readonly<Record<Exclude<VerdictCode, "ok">, ErrorCode>> = {
  session_unavailable: "session_unavailable",
  step_limit: "step_limit",
  context_overflow: "context_overflow",
  output_limit: "output_limit",
  auth: "llm_api_error",
  quota: "llm_api_error",
  rate_limit: "llm_api_error",
  provider_unavailable: "llm_api_error",
  request_rejected: "llm_api_error",
  content_filter: "content_filter",
  model_not_found: "model_not_found",
  config_invalid: "configuration_incomplete",
  invocation_invalid: "configuration_incomplete",
  environment_invalid: "opencode_failed",
  database: "opencode_failed",
  permission_rejected: "permission_rejected",
  looping: "looping",
  stream_truncated: "empty_answer",
  empty_answer: "empty_answer",
  killed: "opencode_failed",
  internal: "opencode_failed",
};

/** What the end of the output says nothing about, when part of the output is missing. */
const NEEDS_THE_WHOLE_OUTPUT: ReadonlySet<VerdictCode> = new Set(["empty_answer", "stream_truncated"]);

/**
 * Causes that pass by themselves: the provider could not be reached, was busy, or broke off in the middle of an answer; the
 * database was locked.
 */
const TRANSIENT: ReadonlySet<VerdictCode> = new Set([
  "rate_limit",
  "provider_unavailable",
  "stream_truncated",
  "database",
]);

/** What OpenCode came to, in Paperclip's words. */
export function failedInOpenCode(
  { complete, report, receipt }: Outcome,
  { code, message, remedy, retry, retryAfterMs, sessionLost }: OpenCodeVerdict,
): Verdict | null {
  if (code === "ok") return null;
  if (!complete && NEEDS_THE_WHOLE_OUTPUT.has(code)) {
    return { ok: false, code: "log_incomplete", message: whatIsLost(receipt) };
  }
  const saidNothing = code === "empty_answer" && report.sessionId === null;
  return {
    ok: false,
    // The predecessor's word for a run that printed nothing at all.
    code: saidNothing ? "llm_api_error" : OPENCODE_CODES[code],
    message: `${asSentence(message)} ${remedy}`,
    sessionLost,
    transient: retry && TRANSIENT.has(code),
    quota: code === "quota",
    retryAfterMs,
  };
}

function whatIsLost(receipt: Outcome["receipt"]): string {
  return receipt?.warnings?.includes("disk_full")
    ? "OpenCode ended, but part of its output could not be written: the disk was full. Raise `scratch.run`, or make room on the node."
    : "OpenCode ended, but part of its output could not be read.";
}

/** It ends with words of OpenCode, or of the provider. */
function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function exitCodeOf({ receipt, end }: Pick<Outcome, "receipt" | "end">): number | null {
  return receipt ? receipt.exitCode : (end?.exitCode ?? null);
}
