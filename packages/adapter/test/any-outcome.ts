import { parseRun } from "@opencode-k8s/opencode-parse";
import type { FailureCategory } from "@opencode-k8s/k8s-kit";
import { KubernetesError } from "@opencode-k8s/k8s-kit";
import fc from "fast-check";
import type { Run } from "../src/conclude/conclude.ts";
import type { Outcome, ReachedLimit } from "../src/observe/index.ts";
import { ANSWERED, diagnosis, end, receipt, RUN, SECRET } from "./outcomes.ts";

/** What Paperclip searches texts for, and what decides something here. */
const words = fc.constantFrom(
  "You've hit your usage limit, resets at 3pm",
  "quota exceeded",
  "model x not found: model_not_found",
  "missing api key",
  "max_turns_exhausted",
  "budget paused",
  "Error: Session not found",
  "database is locked",
  "spawn opencode ENOENT",
  "/home/alice/.ssh",
  "",
);
/** A text of the cluster, the provider or OpenCode, which may have the secret in it. */
const text: fc.Arbitrary<string> = fc
  .tuple(
    words,
    fc.constantFrom("", SECRET, `Bearer ${SECRET}.`, btoa(SECRET)),
    fc.string({ unit: "binary", maxLength: 8 }),
  )
  .map((parts) => parts.join(" "));

const CATEGORIES: readonly FailureCategory[] = [
  ...(["image_pull", "unschedulable", "volume", "container_config", "oom", "evicted", "preempted"] as const),
  ...(["node_lost", "deadline", "deleted", "pod_rejected", "killed", "exit_code", "unknown"] as const),
];

const event = fc.oneof(
  fc.constant({ type: "step_start", part: { type: "step-start" } }),
  fc.record({ type: fc.constant("text"), part: fc.record({ type: fc.constant("text"), text }) }),
  fc.record({
    type: fc.constant("step_finish"),
    part: fc.record({
      type: fc.constant("step-finish"),
      reason: fc.constantFrom("stop", "stop", "tool-calls", "length", "content-filter", "unknown"),
      cost: fc.constantFrom(0, 0.5),
      tokens: fc.constant({ input: 9, output: 5, reasoning: 0, cache: { read: 1, write: 0 } }),
    }),
  }),
  fc.record({
    type: fc.constant("error"),
    error: fc.record({
      name: fc.constantFrom("APIError", "UnknownError", "ContextOverflowError", "ProviderAuthError"),
      data: fc.record({
        message: text,
        statusCode: fc.option(fc.constantFrom(400, 401, 402, 404, 429, 500, 529), { nil: undefined }),
        responseHeaders: fc.constantFrom({}, { "retry-after": "60" }),
      }),
    }),
  }),
);

/** Mostly the one, sometimes one of the others: an outcome of nothing but odd things is judged by the first of them. */
function mostly<T, U>(usual: T, others: fc.Arbitrary<U>): fc.Arbitrary<T | U> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: others });
}

const anyReport = fc.array(event, { maxLength: 6 }).map((events) => {
  const lines = events.map((body) => JSON.stringify({ ...body, timestamp: 1, sessionID: "ses_1" }));
  return parseRun(lines.join("\n"));
});

const report = fc.oneof(fc.constant(ANSWERED), anyReport);

const anyLimit: fc.Arbitrary<ReachedLimit> = fc.record({
  code: fc.constantFrom("k8s_silence_limit", "k8s_step_limit", "k8s_token_limit", "k8s_cost_limit", "looping"),
  message: text,
});

/** Whatever may have been seen of a run. */
export const anyOutcome: fc.Arbitrary<Outcome> = fc.record({
  stop: mostly(null, fc.oneof(fc.constantFrom("cancelled", "detached", "unreachable"), anyLimit)),
  diagnosis: mostly(
    null,
    fc
      .tuple(fc.constantFrom(...CATEGORIES), fc.boolean(), fc.boolean(), text)
      .map(([category, started, passes, detail]) => ({ ...diagnosis(category, started, passes), detail })),
  ),
  ranOutOf: fc.constantFrom(null, "schedule", "imagePull", "start"),
  receipt: fc.option(
    fc
      .record({
        exitCode: mostly(0, fc.constantFrom(null, 1, 78, 126, 127, 137, 143, 255)),
        signal: mostly(null, fc.constantFrom("SIGTERM", "SIGKILL")),
        stopReason: mostly(null, fc.constantFrom("timeout", "terminated", "output_limit")),
      })
      .map(receipt),
  ),
  end: fc.option(fc.tuple(fc.constantFrom(0, 1, 127, 137), text).map(([code, message]) => end(code, message))),
  started: mostly(true, fc.constant(false)),
  complete: fc.boolean(),
  gone: fc.boolean(),
  trouble: text,
  refusal: mostly(null, fc.tuple(text, fc.constantFrom(401, 403)).map(refusedWith)),
  otherPods: fc.constantFrom([], ["pod-2"]),
  report,
});

/** What Paperclip's context may have of a retry, and much that is none. */
export const anyContext: fc.Arbitrary<Record<string, unknown>> = fc.record({
  retryReason: fc.constantFrom(undefined, "transient_failure", "issue_continuation_needed"),
  errorFamily: fc.constantFrom(undefined, "transient_upstream", "provider_quota"),
  scheduledRetryAttempt: fc.constantFrom(undefined, 0, 1, 2, 3, 4, "2", Number.NaN, null),
});

/** Any run, whose secret is known. */
export const anyRun: fc.Arbitrary<Run> = fc
  .record({
    context: anyContext,
    isOlder: fc.boolean(),
    keepsSession: fc.boolean(),
    resumes: fc.constantFrom(null, "ses_0"),
    isPriced: fc.boolean(),
    refusal: fc.option(text),
  })
  .map(({ context, isOlder, keepsSession, resumes, isPriced, refusal }) => ({
    ...RUN,
    attempt: { context, ...(isOlder ? {} : { signal: new AbortController().signal }) },
    plan: { cwd: "/work", keepsSession, resumes },
    config: { ...RUN.config, tokenPrices: isPriced ? { "anthropic/claude": { input: 1, output: 1 } } : undefined },
    delivery: { accepted: { lines: 1, bytes: 1 }, refusal },
  }));

/** Anything that may be thrown before there is a Job. */
export const anyError: fc.Arbitrary<unknown> = fc.oneof(
  text.map((message) => new Error(message)),
  fc.tuple(text, fc.constantFrom(null, 400, 401, 403, 404, 409, 422, 429, 500, 503)).map(refusedWith),
  text,
  fc.constantFrom(undefined, null, 0),
);

function refusedWith([message, status]: [message: string, status: number | null]): KubernetesError {
  return new KubernetesError(message, { status, request: { method: "GET", path: "/" } });
}
