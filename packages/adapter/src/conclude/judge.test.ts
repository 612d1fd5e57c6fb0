import { judgeRun, VERDICTS } from "@opencode-k8s/opencode-parse";
import { expect, test } from "vitest";
import {
  ANSWERED as answered,
  apiError,
  diagnosis,
  end,
  receipt,
  SILENT as silent,
  SUCCESS as success,
} from "../../test/outcomes.ts";
import type { Outcome } from "../observe/index.ts";
import { judgeOpenCode } from "./opencode-verdict.ts";
import type { Verdict } from "./verdict.ts";
import { judge } from "./judge.ts";

const judged = (outcome: Outcome): Verdict => judge(outcome, judgeOpenCode(outcome, false));

test("an exit code of 0, a final answer and a whole log are a success", () => {
  expect(judged(success)).toEqual({ ok: true });
});

test("a whole log without a receipt is one, too, when the container says 0", () => {
  expect(judged({ ...success, receipt: null, complete: false, end: end(0) })).toEqual({ ok: true });
});

const table: [string, Partial<Outcome>, string, RegExp][] = [
  [
    "a cancel, whatever else is known",
    { stop: "cancelled", receipt: receipt({ exitCode: 1 }) },
    "cancelled",
    /cancelled/,
  ],
  [
    "a limit that was reached",
    {
      stop: { code: "k8s_step_limit", message: "It took 3 steps; maxSteps is 3." },
      gone: true,
      receipt: receipt({ exitCode: 1 }),
    },
    "k8s_step_limit",
    /^The run was ended\. It took 3 steps; maxSteps is 3\.$/,
  ],
  ["a server that went away", { stop: "detached" }, "k8s_detached", /goes on/],
  ["an API server that stayed away", { stop: "unreachable" }, "k8s_api_unreachable", /apiOutageSec.*left alone/],
  [
    "an image that cannot be pulled",
    { started: false, diagnosis: diagnosis("image_pull", false) },
    "k8s_image_pull_failed",
    /What to do/,
  ],
  [
    "a pod without a node",
    { started: false, diagnosis: diagnosis("unschedulable", false) },
    "k8s_pod_schedule_failed",
    /cluster's words/,
  ],
  [
    "a volume that does not come",
    { started: false, diagnosis: diagnosis("volume", false) },
    "k8s_pod_schedule_failed",
    /volume/,
  ],
  [
    "a pod that was refused",
    { started: false, diagnosis: diagnosis("pod_rejected", false) },
    "k8s_pod_rejected",
    /rejected/,
  ],
  [
    "the run's own time limit, although it answered",
    { receipt: receipt({ exitCode: 143, stopReason: "timeout" }) },
    "timeout",
    /61 s/,
  ],
  ["the Job's deadline", { receipt: null, diagnosis: diagnosis("deadline", true) }, "timeout", /timeoutSec/],
  [
    "out of memory",
    { receipt: receipt({ exitCode: 137 }), diagnosis: diagnosis("oom", true) },
    "k8s_oom_killed",
    /oom/,
  ],
  ["a Job that was deleted", { receipt: null, diagnosis: diagnosis("deleted", true) }, "k8s_job_deleted", /deleted/],
  [
    "an output that grew too long",
    { receipt: receipt({ exitCode: null, signal: "SIGTERM", stopReason: "output_limit", bytes: 5000 }) },
    "k8s_output_limit",
    /5000 bytes/,
  ],
  [
    "what the program in the pod found missing",
    { receipt: receipt({ exitCode: 78 }), end: end(78, "opencode-k8s: /home cannot be written"), report: silent },
    "opencode_missing",
    /cannot be written/,
  ],
  [
    "no OpenCode in the image",
    { receipt: receipt({ exitCode: 127 }), end: end(127, "opencode: not found"), report: silent },
    "opencode_missing",
    /not found/,
  ],
  [
    "an unknown session",
    { receipt: receipt({ exitCode: 1 }), end: end(1, "Error: Session not found"), report: silent },
    "session_unavailable",
    /new session|without --session/,
  ],
  [
    "an error of the provider",
    {
      receipt: receipt({ exitCode: 1 }),
      report: { ...silent, errors: [apiError(401, "bad key")] },
    },
    "llm_api_error",
    /HTTP 401.*bad key/,
  ],
  [
    "a failure that OpenCode explains on stderr",
    { receipt: receipt({ exitCode: 1 }), end: end(1, "Error: Unexpected error\n\ndatabase is locked"), report: silent },
    "opencode_failed",
    /database/,
  ],
  [
    "a signal",
    { receipt: receipt({ exitCode: null, signal: "SIGSEGV" }), report: silent },
    "opencode_failed",
    /SIGSEGV/,
  ],
  ["exit code 0 without an answer", { report: { ...answered, answer: " " } }, "empty_answer", /said nothing/],
  ["exit code 0, and nothing printed", { report: silent }, "llm_api_error", /No event was printed/],
  [
    "exit code 0 after a rejected permission",
    { report: { ...answered, finishReason: "tool-calls" } },
    "empty_answer",
    /tool-calls/,
  ],
  ["an answer that was lost on the way", { report: silent, complete: false }, "log_incomplete", /could not be read/],
];

test.each(table)("%s", (_, outcome, code, message) => {
  expect(judged({ ...success, ...outcome })).toMatchObject({
    ok: false,
    code,
    message: expect.stringMatching(message),
  });
});

test.each([
  ["schedule", "scheduleTimeoutSec"],
  ["imagePull", "imagePullTimeoutSec"],
  ["start", "startTimeoutSec"],
] as const)("a start whose window %s ran out names %s; one that was hopeless names none", (ranOutOf, key) => {
  const outcome = { ...success, started: false, diagnosis: diagnosis("volume", false) };
  expect(judged({ ...outcome, ranOutOf })).toMatchObject({ message: expect.stringMatching(`What to do. ${key} says`) });
  expect(judged(outcome)).not.toMatchObject({ message: expect.stringContaining("TimeoutSec") });
});

test("a Docker daemon that the namespace does not take names its key", () => {
  const refused = diagnosis("pod_rejected", false);
  const words = (container: string): string =>
    `pods "x" is forbidden: violates PodSecurity "restricted:latest": privileged (container "${container}" must not set securityContext.privileged=true)`;
  const messageOf = (container: string) =>
    judged({ ...success, started: false, diagnosis: { ...refused, detail: words(container) } });
  expect(messageOf("dind")).toMatchObject({
    code: "k8s_pod_rejected",
    message: expect.stringMatching(/container "dind".*remove dind\.image, or name a namespace/) as string,
  });
  expect(messageOf("istio")).not.toMatchObject({ message: expect.stringContaining("dind") as string });
});

test("whoever answers, and ends, in the moment in which the time is up was in time", () => {
  expect(judged({ ...success, receipt: receipt({ exitCode: 0, stopReason: "timeout" }) })).toEqual({ ok: true });
});

test("a timeout is marked as one; an unknown session is lost; an outage passes", () => {
  expect(judged({ ...success, receipt: receipt({ exitCode: 143, stopReason: "timeout" }) })).toMatchObject({
    timedOut: true,
  });
  expect(judged({ ...success, stop: "unreachable" })).toMatchObject({ transient: true });
  const unknown = { receipt: receipt({ exitCode: 1 }), end: end(1, "Error: Session not found"), report: silent };
  expect(judged({ ...success, ...unknown })).toMatchObject({ sessionLost: true });
});

test("no code lets Paperclip read a failure's words for what they may mean", () => {
  // Of these codes it searches message and result for words such as "limit" (classifyAdapterFailureForRecovery, 2026.916.1).
  const codes = Object.keys(VERDICTS).map((code) => {
    const verdict = { ...judgeRun(answered, { exitCode: 1 }), ok: false, code: code as keyof typeof VERDICTS };
    const came = judge({ ...success, receipt: receipt({ exitCode: 1 }) }, verdict);
    return came.ok ? "ok" : came.code;
  });
  expect(new Set(codes).size).toBeGreaterThan(5);
  expect(codes).not.toContain("adapter_failed");
  expect(codes).not.toContain("provider_quota");
});
