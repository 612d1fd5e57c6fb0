import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RunEnd, RunError, RunReport } from "../index.ts";
import { judgeRun, VERDICTS } from "../index.ts";

const nothing: RunReport = {
  sessionId: null,
  answer: null,
  steps: 0,
  finishReason: null,
  usage: { input: 0, output: 0, reasoning: 0, cacheRead: 0, cacheWrite: 0 },
  costUsd: 0,
  errors: [],
  toolErrors: [],
  models: [],
  events: { step_start: 0, text: 0, reasoning: 0, tool_use: 0, step_finish: 0, error: 0, unknown: 0, other: 0 },
  complete: false,
  cutLine: false,
  otherLines: [],
  compactions: 0,
  oversizedLines: 0,
  loop: { unknownFinishes: 0, sameToolCalls: 0, tool: null },
  corrections: [],
};

/** A run whose last step finished; with an answer where it stopped by itself. */
function finished(finishReason: string, more: Partial<RunReport> = {}): RunReport {
  const { steps = 1 } = more;
  const events = { ...nothing.events, step_start: steps, step_finish: steps };
  return { ...nothing, sessionId: "ses_1", steps, finishReason, complete: true, answer: "Done.", events, ...more };
}

const started: RunReport = { ...nothing, sessionId: "ses_1", events: { ...nothing.events, step_start: 1 } };

function error(message: string, more: Partial<RunError> = {}): RunError {
  const none = { statusCode: null, retryable: null, retryAfterMs: null, providerCode: null, code: null };
  return { name: "APIError", message, ...none, afterSteps: 0, ...more };
}

const failed = (message: string, more: Partial<RunError> = {}): RunReport => ({
  ...nothing,
  errors: [error(message, more)],
});

const code = (report: RunReport, end: Partial<RunEnd> = {}): string => judgeRun(report, { exitCode: 0, ...end }).code;

describe("a run that ended with an answer", () => {
  test.each([0, 1, 137, null])("is ok with exit code %s", (exitCode) => {
    expect(code(finished("stop"), { exitCode })).toBe("ok");
  });

  test("is ok after failed tools, and whatever its words", () => {
    const toolErrors = [{ tool: "bash", message: "Session not found; rate limit", afterSteps: 0 }];
    const answer = "I fixed `Session not found` and the test that says the step limit was reached.";
    expect(code(finished("stop", { toolErrors, answer }), { stderr: "tool: Session not found\n" })).toBe("ok");
  });

  test("is ok after an error that a later step followed", () => {
    expect(code(finished("stop", { steps: 2, errors: [error("Overloaded", { statusCode: 503 })] }))).toBe("ok");
  });

  test.each(["", " \n", null])("is an empty one where it says %j", (answer) => {
    expect(code(finished("stop", { answer }))).toBe("empty_answer");
  });

  test.each([
    "The maximum number of steps allowed for this task has been reached.\n\nDone so far: …",
    "**Maximum steps for this agent have been reached.**",
    "I have reached the maximum number of steps.",
    "Step limit reached; summary of work.",
  ])("is the step limit's where it begins: %s", (answer) => {
    expect(code(finished("stop", { answer }))).toBe("step_limit");
    expect(code(finished("stop", { answer }), { maxSteps: 10 })).toBe("ok");
  });

  test("is the step limit's where it says so in the last step that is allowed, and the model's where it only ends there", () => {
    const answer = "Step limit reached; summary of work.";
    expect(code(finished("stop", { steps: 3, answer }), { maxSteps: 3 })).toBe("step_limit");
    expect(code(finished("stop", { steps: 3 }), { maxSteps: 3 })).toBe("ok");
    // The step that sums up a compaction is none of the agent's.
    expect(code(finished("stop", { steps: 3, compactions: 1, answer }), { maxSteps: 3 })).toBe("ok");
  });
});

describe("an error after the last step", () => {
  test.each<[string, string, Partial<RunError>]>([
    ["context_overflow", "too long", { name: "ContextOverflowError" }],
    ["context_overflow", "This model's maximum context length is 128000 tokens.", { statusCode: 400 }],
    ["context_overflow", '{"message":"prompt is too long: 9 tokens > 8 maximum"}', { name: "UnknownError" }],
    [
      "context_overflow",
      "input length and `max_tokens` exceed context limit: 198000 + 32000 > 200000",
      { statusCode: 400 },
    ],
    ["content_filter", "blocked", { name: "ContentFilterError" }],
    ["content_filter", "Your prompt was flagged as potentially violating our usage policy.", { statusCode: 400 }],
    ["content_filter", "Input data may contain inappropriate content.", { statusCode: 400 }],
    ["output_limit", "MessageOutputLengthError", { name: "MessageOutputLengthError" }],
    ["killed", "The operation was aborted.", { name: "MessageAbortedError" }],
    ["auth", "no key", { name: "ProviderAuthError" }],
    ["auth", "invalid x-api-key", { statusCode: 401 }],
    ["auth", "Forbidden", { statusCode: 403 }],
    ["auth", "API key not valid. Please pass a valid API key.", { statusCode: 400 }],
    ["auth", '{"message":"bad key"}', { name: "UnknownError", providerCode: "invalid_api_key" }],
    ["quota", "Payment required", { statusCode: 402 }],
    ["quota", "Your credit balance is too low to access the Anthropic API.", { statusCode: 400 }],
    ["quota", "Billing hard limit has been reached", { statusCode: 403 }],
    ["quota", "Insufficient balance", { statusCode: 401, providerCode: "CreditsError" }],
    ["quota", "You exceeded your current quota", { statusCode: 429, providerCode: "insufficient_quota" }],
    [
      "rate_limit",
      "You exceeded your current quota. Please retry in 12.3s.",
      { statusCode: 429, providerCode: "RESOURCE_EXHAUSTED" },
    ],
    [
      "rate_limit",
      "Rate limit reached on tokens per day: Limit 100000. Try again in 28m48s. Upgrade at https://x.example/billing",
      { statusCode: 429, providerCode: "rate_limit_exceeded" },
    ],
    [
      "quota",
      "You exceeded your current quota. * Quota exceeded for metric: x/generate_requests_per_model_per_day, limit: 250",
      { statusCode: 429, providerCode: "RESOURCE_EXHAUSTED" },
    ],
    ["quota", "余额不足或无可用资源包,请充值。", { statusCode: 429, providerCode: "1113" }],
    ["quota", "Key limit exceeded (total limit).", { statusCode: 403 }],
    ["quota", "Budget has been exceeded! Current cost: 10.1, Max budget: 10.0", { statusCode: 400 }],
    ["rate_limit", "Slow down", { statusCode: 429 }],
    ["rate_limit", '{"message":"Rate limit reached"}', { name: "UnknownError" }],
    ["model_not_found", "The model `x` does not exist", { statusCode: 404 }],
    ["model_not_found", "model: claude-nope", { statusCode: 404 }],
    ["model_not_found", "models/gemini-nope is not found for API version v1beta", { statusCode: 404 }],
    ["model_not_found", "Model not found: stub/nope.", { name: "UnknownError" }],
    ["model_not_found", "x is not a valid model ID", { statusCode: 400 }],
    ["model_not_found", "The provided model identifier is invalid.", { statusCode: 400 }],
    ["config_invalid", "Not Found: 404 page not found", { statusCode: 404 }],
    ["config_invalid", "no route /v1beta/models/x:generateContent", { statusCode: 404 }],
    ["config_invalid", "Failed to initialize provider: np", { name: "UnknownError" }],
    ["config_invalid", "Unexpected server error. Check server logs for details.", { name: "UnknownError" }],
    ["provider_unavailable", "Overloaded", { statusCode: 529, providerCode: "overloaded_error" }],
    ["provider_unavailable", "conflict", { statusCode: 409, retryable: true }],
    ["provider_unavailable", "Cannot connect to API: getaddrinfo ENOTFOUND", {}],
    ["provider_unavailable", "JSON parsing failed: Text: {no.", { name: "UnknownError" }],
    ["provider_unavailable", "The operation timed out.", { name: "UnknownError" }],
    ["request_rejected", "Invalid request: bad parameter", { statusCode: 400 }],
    ["request_rejected", "streaming of model output is not supported with n>1", { statusCode: 400 }],
    ["request_rejected", "Unprocessable Entity", { statusCode: 422, retryable: false }],
    ["looping", "The user rejected permission to use this specific tool call.", { name: "UnknownError" }],
    ["session_unavailable", "Session not found: ses_1", { name: "UnknownError" }],
    ["config_invalid", '"not a url/chat/completions" cannot be parsed as a URL.', { name: "UnknownError" }],
    ["database", "database is locked", { name: "UnknownError" }],
    ["database", "database or disk is full", { name: "UnknownError" }],
    ["database", "database disk image is malformed", { name: "UnknownError" }],
    ["internal", "undefined is not an object", { name: "UnknownError" }],
  ])("is %s: %s", (expected, message, more) => {
    expect(code(failed(message, more), { exitCode: 1 })).toBe(expected);
  });

  test("beats the finish reason, and the signal", () => {
    const report = finished("length", { errors: [error("Forbidden", { statusCode: 403, afterSteps: 1 })] });
    expect(code(report, { exitCode: null, signal: "SIGKILL" })).toBe("auth");
  });

  test("says how long the provider asked to wait", () => {
    const verdict = judgeRun(failed("Slow down", { statusCode: 429, retryAfterMs: 2000 }), { exitCode: 1 });
    expect(verdict).toMatchObject({ retry: true, retryAfterMs: 2000, sessionLost: false });
  });

  test("is an overflow as long as only the summary of a compaction followed", () => {
    const errors = [error("too long", { name: "ContextOverflowError" })];
    expect(code(finished("stop", { steps: 1, errors }))).toBe("context_overflow");
    expect(code(finished("stop", { steps: 2, errors }), { exitCode: 1 })).toBe("ok");
  });

  test("is none, and costs no session, when the run was ended while the compaction, or its answer, was on its way", () => {
    const errors = [error("too long", { name: "ContextOverflowError" })];
    expect(code(finished("stop", { steps: 1, errors }), { exitCode: null, signal: "SIGTERM" })).toBe("killed");
    expect(code({ ...nothing, errors }, { exitCode: null, signal: "SIGTERM" })).toBe("killed");
  });

  test("is an overflow when the next one followed its compaction at once, again and again until the run was ended", () => {
    const overflow = (afterSteps: number): RunError => error("too long", { name: "ContextOverflowError", afterSteps });
    const report = finished("stop", { steps: 2, errors: [overflow(0), overflow(1)] });
    expect(code(report, { exitCode: 124 })).toBe("context_overflow");
  });

  test("is the later one where a compaction, or what followed it, failed otherwise", () => {
    const overflow = error("too long", { name: "ContextOverflowError" });
    const refused = error("Invalid key", { statusCode: 401, afterSteps: 1 });
    expect(code(finished("stop", { errors: [overflow, refused] }), { exitCode: 1 })).toBe("auth");
    const unsaid = error("Unexpected server error. Check server logs for details.", { afterSteps: 1 });
    expect(code(finished("stop", { errors: [overflow, unsaid] }), { exitCode: 1 })).toBe("context_overflow");
  });

  test("without a cause is explained by the log of --print-logs", () => {
    const stderr =
      "timestamp=2026-11-22T23:56:28.531Z level=ERROR run=4ec2da81 message=failed ref=err_56f5b260 " +
      'error="ProviderModelNotFoundError: Model not found: stub/nope." cause="…"';
    const report = failed("Unexpected server error. Check server logs for details.", { name: "UnknownError" });
    expect(code(report, { exitCode: 1, stderr })).toBe("model_not_found");
  });
});

test("a resumed run that was killed without a word may belong to another directory", () => {
  expect(judgeRun(nothing, { exitCode: 124, resumed: true }).message).toContain("--dir");
  expect(judgeRun(nothing, { exitCode: 124 }).message).not.toContain("--dir");
});

describe("stderr", () => {
  test.each([
    ["session_unavailable", "\u001b[91m\u001b[1mError: \u001b[0mSession not found\n"],
    ["session_unavailable", 'NotFoundError: NotFoundError\n data: {\n  message: "Session not found: ses_x",\n},\n'],
    ["config_invalid", "Error: Configuration is invalid at X\n↳ Expected string, got 5 model\n"],
    ["invocation_invalid", "Error: File not found: /no/such\n"],
    ["invocation_invalid", "opencode run [message..]\n\nrun opencode with a message\n"],
    ["invocation_invalid", "      --format      format: default (formatted) or json (raw JSON events)\n  [string]\n"],
    ["config_invalid", 'Error: Command "nope" not found\n'],
    ["environment_invalid", "EACCES: permission denied, mkdir '/x'\n"],
    ["environment_invalid", "ENOENT: no such file or directory, mkdir '/no/home/.local/share/opencode'\n"],
    ["database", "Error: Unexpected error\n\nfile is not a database\n"],
    ["database", "Error: Unexpected error, check log file at /x.log for more details\n\ndatabase is locked\n"],
    ["database", "Error: Unexpected error\n\nFailed to execute statement\n"],
    ["internal", "a plugin says: Session not found\n"],
  ])("is %s: %j", (expected, stderr) => {
    expect(code(nothing, { exitCode: 1, stderr })).toBe(expected);
    expect(code({ ...nothing, otherLines: stderr.split("\n") }, { exitCode: 1 })).toBe(expected);
  });

  test("does not say that a session is lost that has begun", () => {
    expect(code(started, { exitCode: 137, stderr: "Error: Session not found\n" })).toBe("killed");
  });

  test("says whether a database passes by itself", () => {
    const retry = (words: string): boolean =>
      judgeRun(nothing, { exitCode: 1, stderr: `Error: Unexpected error\n\n${words}` }).retry;
    expect(retry("Failed query: CREATE TABLE `workspace`")).toBe(true);
    expect(retry("file is not a database")).toBe(false);
    expect(retry("database or disk is full")).toBe(false);
  });
});

describe("a run without an answer and without an error", () => {
  const words = "The user rejected permission to use this specific tool call.";
  const rejected = [{ tool: "bash", message: words, afterSteps: 0 }];
  test.each<[string, string, RunReport, Partial<RunEnd>]>([
    ["a rejected permission", "permission_rejected", finished("tool-calls", { toolErrors: rejected }), {}],
    [
      "a rejection on stderr",
      "permission_rejected",
      finished("tool-calls"),
      { stderr: "! permission requested: bash (ls); auto-rejecting" },
    ],
    [
      "a rejected permission, and a signal before the step could finish",
      "permission_rejected",
      { ...started, toolErrors: rejected },
      { exitCode: 124 },
    ],
    [
      "a signal after the permission of a subagent was rejected",
      "killed",
      finished("tool-calls", { toolErrors: [{ tool: "task", message: `Subagent failed: ${words}`, afterSteps: 0 }] }),
      { exitCode: 143, stderr: "! permission requested: bash (ls); auto-rejecting" },
    ],
    [
      "the menu of 1.0",
      "permission_rejected",
      { ...nothing, otherLines: ["◆  Permission required to run: ls"] },
      { exitCode: 124 },
    ],
    ["a finish by length", "output_limit", finished("length"), {}],
    ["a finish by filter", "content_filter", finished("content-filter"), {}],
    [
      "finishes without a reason",
      "looping",
      finished("unknown", { loop: { ...nothing.loop, unknownFinishes: 2 } }),
      { exitCode: 137 },
    ],
    [
      "one finish without a reason",
      "stream_truncated",
      finished("unknown", { loop: { ...nothing.loop, unknownFinishes: 1 } }),
      {},
    ],
    [
      "equal calls until killed",
      "looping",
      { ...started, loop: { unknownFinishes: 0, sameToolCalls: 10, tool: "bash" } },
      { exitCode: 124 },
    ],
    ["all steps used until killed", "step_limit", finished("tool-calls", { steps: 5 }), { exitCode: 124, maxSteps: 5 }],
    ["a reader that went away", "stream_truncated", started, { exitCode: 1, stderr: "EPIPE: broken pipe, write" }],
    ["a cut line", "stream_truncated", { ...started, cutLine: true }, {}],
    ["an open step", "stream_truncated", started, {}],
    ["calls and nothing after", "stream_truncated", finished("tool-calls"), {}],
    ["no event and exit code 0", "empty_answer", nothing, {}],
    ["an open step and exit code 1", "internal", started, { exitCode: 1 }],
    ["a signal", "killed", started, { exitCode: null, signal: "SIGTERM" }],
    ["exit code 143", "killed", nothing, { exitCode: 143 }],
    ["an unknown end before the first event", "killed", nothing, { exitCode: null }],
  ])("%s: %s", (_, expected, report, end) => {
    expect(code(report, end)).toBe(expected);
  });
});

test("any report and end give a verdict of the list, without the secrets of its words", () => {
  const key = fc.stringMatching(/^sk-[A-Za-z0-9]{20,40}$/);
  const words = fc.constantFrom(
    "Incorrect API key provided: ",
    "Bearer ",
    "?key=",
    "apiKey: ",
    "Model not found: ",
    "",
  );
  fc.assert(
    fc.property(
      fc.record({
        secret: key,
        words,
        statusCode: fc.option(fc.integer({ min: 100, max: 599 })),
        exitCode: fc.option(fc.integer({ min: 0, max: 255 })),
        steps: fc.nat({ max: 3 }),
        finishReason: fc.option(fc.constantFrom("stop", "length", "tool-calls", "unknown", "constructor")),
        complete: fc.boolean(),
        cutLine: fc.boolean(),
        answer: fc.option(fc.string()),
        noise: fc.string({ unit: "binary" }),
        onStderr: fc.boolean(),
      }),
      ({ secret, words: before, statusCode, exitCode, noise, onStderr, ...rest }) => {
        const text = `${before}${secret} ${noise}`;
        const errors = onStderr ? [] : [error(text, { statusCode, afterSteps: rest.steps })];
        const verdict = judgeRun(
          { ...nothing, ...rest, errors },
          { exitCode, stderr: onStderr ? `Error: ${text}` : noise },
        );
        expect(Object.keys(VERDICTS)).toContain(verdict.code);
        expect(verdict.ok).toBe(verdict.code === "ok");
        expect(verdict.message).not.toBe("");
        expect(verdict.message).not.toContain(secret.slice(3));
        expect(verdict.message).not.toContain("\n");
        expect(verdict.remedy === "").toBe(verdict.ok);
      },
    ),
  );
});
