import type { AdapterExecutionResult } from "@paperclipai/adapter-utils";
import { CONTAINER_NAME, type Receipt } from "@opencode-k8s/job-manifest";
import type { Diagnosis } from "@opencode-k8s/k8s-kit";
import { parseRun, type RunError, type RunReport } from "@opencode-k8s/opencode-parse";
import type { ErrorCode } from "../src/conclude/codes.ts";
import { concludeError } from "../src/conclude/index.ts";
import { conclude, type Run } from "../src/conclude/conclude.ts";
import { Cleaner } from "../src/log/index.ts";
import type { Outcome } from "../src/observe/index.ts";

/** For the suite on real parts, which goes through no other door. */
export { conclude } from "../src/conclude/conclude.ts";

/** A secret of each run here. */
export const SECRET = "sk-canary-0123456789";

/** A run that answered, and one that said nothing. */
export const ANSWERED: RunReport = {
  ...parseRun(""),
  sessionId: "ses_1",
  answer: "Done.",
  steps: 1,
  finishReason: "stop",
  complete: true,
  usage: { input: 100, output: 40, reasoning: 10, cacheRead: 30, cacheWrite: 5 },
  costUsd: 0.25,
};
export const SILENT: RunReport = parseRun("");

/** A report of the events that a run of OpenCode printed. */
export function reportOf(...events: readonly (readonly [type: string, body: object])[]): RunReport {
  const lines = events.map(([type, body]) => JSON.stringify({ type, timestamp: 1, sessionID: "ses_1", ...body }));
  return parseRun(lines.join("\n"));
}

export const STEP_START = ["step_start", { part: { type: "step-start" } }] as const;

export function stepFinish(reason: string): readonly [string, object] {
  const tokens = { total: 185, input: 100, output: 40, reasoning: 10, cache: { read: 30, write: 5 } };
  return ["step_finish", { part: { type: "step-finish", reason, cost: 0.25, tokens } }];
}

export function textEvent(text: string): readonly [string, object] {
  return ["text", { part: { type: "text", text, time: { start: 1, end: 2 } } }];
}

export function errorEvent(name: string, data: object): readonly [string, object] {
  return ["error", { error: { name, data } }];
}

export function apiError(statusCode: number, message: string): RunError {
  const unsaid = { retryable: false, retryAfterMs: null, providerCode: null, code: null };
  return { name: "APIError", message, statusCode, ...unsaid, afterSteps: 0 };
}

export function receipt(more: Partial<Receipt> = {}): Receipt {
  const ended = { exitCode: 0, signal: null, lines: 3, bytes: 300, stopReason: null };
  const rest = { peakMemoryBytes: null, durationMs: 61_000, opencodeVersion: null };
  return { type: "opencode_k8s.receipt", protocol: 1, ...ended, ...rest, ...more };
}

export function diagnosis(category: Diagnosis["category"], startedUserCode: boolean, retryable = false): Diagnosis {
  const words = { summary: `summary of ${category}`, detail: "the cluster's words", remedy: "What to do." };
  return { category, ...words, startedUserCode, retryable, final: true };
}

export function end(exitCode: number, message = ""): NonNullable<Outcome["end"]> {
  return { exitCode, message };
}

/** OpenCode answered, and everything of it came. */
export const SUCCESS: Outcome = {
  stop: null,
  diagnosis: null,
  ranOutOf: null,
  receipt: receipt(),
  end: null,
  started: true,
  complete: true,
  gone: false,
  trouble: "",
  refusal: null,
  otherPods: [],
  report: ANSWERED,
};

/** The pod never ran OpenCode. */
export const NEVER_STARTED: Partial<Outcome> = { started: false, receipt: null, complete: false, report: SILENT };

const NOW: number = Date.UTC(2026, 10, 23);

/** A first run of a task, on Paperclip 2026.916, whose session outlives the pod. */
export const RUN: Run = {
  attempt: { context: {}, signal: new AbortController().signal },
  config: { model: "anthropic/claude", tokenPrices: undefined, env: {} },
  plan: { cwd: "/work", keepsSession: true, resumes: null },
  launched: { namespace: "agents", name: "job-1", uid: "uid-1", container: CONTAINER_NAME, adopted: false },
  delivery: { accepted: { lines: 3, bytes: 300 }, refusal: null },
  cleaner: new Cleaner([SECRET]),
  now: NOW,
};

/** What the context of Paperclip's retry has, the first of them being 1, after a failure of this family. */
export function retry(attempt: number, errorFamily = "transient_upstream"): Record<string, unknown> {
  return { retryReason: "transient_failure", errorFamily, scheduledRetryAttempt: attempt };
}

/** What Paperclip is told of the outcomes above. */
export const BILL = {
  usage: { inputTokens: 105, outputTokens: 50, cachedInputTokens: 30 },
  usageBasis: "per_run",
  costUsd: 0.25,
  provider: "anthropic",
  model: "claude",
  biller: "anthropic",
  billingType: "api",
} satisfies Partial<AdapterExecutionResult>;
export const FREE = { ...BILL, usage: { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 }, costUsd: 0 };
export const SESSION = { sessionParams: { sessionId: "ses_1", cwd: "/work" }, sessionDisplayId: "ses_1" };
export const ACCOUNT = {
  job: { namespace: "agents", name: "job-1", uid: "uid-1" },
  log: { lines: 3, bytes: 300, complete: true },
  receipt: receipt(),
};
export const CONTINUES = { conversationContinuation: "continue_conversation_v1" };

/** How a failure ends that nobody tries again by itself. */
export function failedWith(errorCode: ErrorCode, errorMessage: string): AdapterExecutionResult {
  return { exitCode: 1, signal: null, timedOut: false, errorCode, errorMessage, errorFamily: null };
}

/** The whole result of a run that could not begin, because of `error`. */
export function resultOfError(
  error: unknown,
  context: Record<string, unknown> = {},
  cancel: AbortSignal = new AbortController().signal,
): AdapterExecutionResult {
  return concludeError(error, {
    attempt: { ...RUN.attempt, context },
    cancel,
    cleaner: new Cleaner([SECRET]),
    now: NOW,
  });
}

/** The whole result of `outcome`, in a run that differs in these parts. */
export function resultOf(outcome: Partial<Outcome>, run: Partial<Run> = {}): AdapterExecutionResult {
  return conclude({ ...SUCCESS, ...outcome }, { ...RUN, ...run });
}
