import type { AdapterExecutionResult } from "@paperclipai/adapter-utils";
import { KubernetesError } from "@opencode-k8s/k8s-kit";
import { expect, test } from "vitest";
import {
  ACCOUNT,
  BILL,
  CONTINUES,
  diagnosis,
  failedWith,
  FREE,
  NEVER_STARTED,
  receipt,
  reportOf,
  resultOf,
  RUN,
  SESSION,
  STEP_START,
  stepFinish,
} from "../../../test/outcomes.ts";
import type { ErrorCode } from "../codes.ts";
import type { Outcome } from "../../observe/index.ts";

/** OpenCode is in the middle of its work when the cluster, Paperclip or we end it. */
const WORKING = { report: reportOf(STEP_START, stepFinish("tool-calls"), STEP_START), receipt: null, complete: false };
const ENDED = { ...BILL, summary: null, ...SESSION };
const { receipt: _, ...CUT } = { ...ACCOUNT, log: { lines: 3, bytes: 300, complete: false } };
const TRUNCATED = { verdict: { code: "stream_truncated", retry: true } };
const BEGUN_NOTHING = { kind: "bootstrap", providerWorkStarted: false } as const;
const LEFT = { job: { ...CUT.job, left: true } };
const SETTLED = {
  kind: "interrupted",
  providerStopped: true,
  sessionPreserved: true,
  actionOutcomes: "settled",
} as const;

type Row = readonly [
  title: string,
  outcome: Partial<Outcome>,
  failure: readonly [code: ErrorCode, message: string],
  more: Partial<AdapterExecutionResult>,
];

const stopped: readonly Row[] = [
  [
    "Paperclip cancelled, and its pod is gone",
    { stop: "cancelled", gone: true },
    ["cancelled", "The run was cancelled; its pod is gone."],
    {
      executionRecovery: SETTLED,
      resultJson: {
        ...CUT,
        ...TRUNCATED,
        executionCancellation: { state: "acknowledged", acknowledgedAt: "2026-11-23T00:00:00.000Z", forced: false },
      },
    },
  ],
  [
    "Paperclip cancelled, and whose pod may go on: no evidence",
    { stop: "cancelled", trouble: "The API server is away." },
    ["cancelled", "The run was cancelled; its pod was not seen to be gone. The API server is away."],
    { resultJson: { ...CUT, ...TRUNCATED } },
  ],
  [
    "reached maxSteps: it would again, and a person has to look",
    {
      stop: { code: "k8s_step_limit", message: "It took 3 steps; maxSteps is 3." },
      gone: true,
    },
    ["k8s_step_limit", "The run was ended. It took 3 steps; maxSteps is 3."],
    { resultJson: { ...CUT, ...TRUNCATED } },
  ],
  [
    "was silent for too long: it passes",
    {
      stop: { code: "k8s_silence_limit", message: "OpenCode printed nothing for 120 s." },
      gone: true,
    },
    ["k8s_silence_limit", "The run was ended. OpenCode printed nothing for 120 s."],
    { errorFamily: "transient_upstream", resultJson: { ...CUT, ...TRUNCATED, ...CONTINUES } },
  ],
  [
    "was out of sight for too long: its Job is adopted by the next",
    { stop: "unreachable", trouble: "connect ECONNREFUSED" },
    [
      "k8s_api_unreachable",
      "The run was out of sight for longer than apiOutageSec; its Job was left alone, and can be adopted. connect ECONNREFUSED",
    ],
    { errorFamily: "transient_upstream", resultJson: { ...CUT, ...TRUNCATED, ...CONTINUES, ...LEFT } },
  ],
  [
    "was left by its server: its Job is adopted by the next",
    { stop: "detached" },
    ["k8s_detached", "The server went away; the Job goes on, and can be adopted."],
    { resultJson: { ...CUT, ...TRUNCATED, ...CONTINUES, ...LEFT } },
  ],
  [
    "may not be read",
    {
      refusal: new KubernetesError("pods/log is forbidden", {
        status: 403,
        request: { method: "GET", path: "/log" },
      }),
    },
    [
      "k8s_forbidden",
      "pods/log is forbidden. Grant the right to the identity of the key kubeconfig, or mend what the namespace's policy names.",
    ],
    { resultJson: { ...CUT, ...TRUNCATED } },
  ],
];

const outOfMemory = diagnosis("oom", true);
const nodeLost = diagnosis("node_lost", true, true);
const deadline = diagnosis("deadline", true);

const ended: readonly Row[] = [
  [
    "reached its time limit: a timeout, with what it took until then",
    { receipt: receipt({ exitCode: 143, stopReason: "timeout" }), complete: true },
    ["timeout", "The run was ended after 61 s: it reached its timeoutSec."],
    {
      exitCode: 143,
      timedOut: true,
      resultJson: {
        ...ACCOUNT,
        receipt: receipt({ exitCode: 143, stopReason: "timeout" }),
        verdict: { code: "killed", retry: true },
        ...CONTINUES,
      },
    },
  ],
  [
    "reached the deadline of its Job: a timeout, too",
    { diagnosis: deadline },
    ["timeout", "The run was ended: it reached its timeoutSec."],
    { timedOut: true, resultJson: { ...CUT, ...TRUNCATED, diagnosis: deadline, ...CONTINUES } },
  ],
  [
    "ran out of memory: the diagnosis, and not an exit code",
    { receipt: receipt({ exitCode: 137 }), complete: true, diagnosis: outOfMemory },
    ["k8s_oom_killed", "summary of oom. the cluster's words. What to do."],
    {
      exitCode: 137,
      resultJson: {
        ...ACCOUNT,
        receipt: receipt({ exitCode: 137 }),
        verdict: { code: "killed", retry: true },
        diagnosis: outOfMemory,
        ...CONTINUES,
      },
    },
  ],
  [
    "lost its node: it passes",
    { diagnosis: nodeLost },
    ["k8s_node_lost", "summary of node_lost. the cluster's words. What to do."],
    {
      errorFamily: "transient_upstream",
      resultJson: { ...CUT, ...TRUNCATED, diagnosis: nodeLost, ...CONTINUES },
    },
  ],
];

test.each([...stopped, ...ended])("a run that %s", (__, outcome, failure, more) => {
  expect(resultOf({ ...WORKING, ...outcome })).toEqual({ ...failedWith(...failure), ...ENDED, ...more });
});

const unplaced = diagnosis("unschedulable", false, true);
const noImage = diagnosis("image_pull", false);

test.each<Row>([
  [
    "found no node in time: it passes, and nothing was begun",
    { diagnosis: unplaced, ranOutOf: "schedule" },
    [
      "k8s_pod_schedule_failed",
      "summary of unschedulable. the cluster's words. What to do. scheduleTimeoutSec says how long this is waited for.",
    ],
    { errorFamily: "transient_upstream", resultJson: { ...CUT, diagnosis: unplaced, ...CONTINUES } },
  ],
  [
    "got no image: nothing was begun",
    { diagnosis: noImage },
    ["k8s_image_pull_failed", "summary of image_pull. the cluster's words. What to do."],
    { resultJson: { ...CUT, diagnosis: noImage, ...CONTINUES } },
  ],
])("a pod that %s; the session is as it was", (__, outcome, failure, more) => {
  const resumed = { plan: { ...RUN.plan, resumes: "ses_1" } };
  expect(resultOf({ ...NEVER_STARTED, ...outcome }, resumed)).toEqual({
    ...failedWith(...failure),
    ...FREE,
    summary: null,
    ...SESSION,
    executionRecovery: BEGUN_NOTHING,
    ...more,
  });
});
