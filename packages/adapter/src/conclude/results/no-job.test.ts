import type { AdapterExecutionResult } from "@paperclipai/adapter-utils";
import { ClaimLostError, KubernetesError } from "@opencode-k8s/k8s-kit";
import { expect, test } from "vitest";
import { failedWith, resultOfError, retry } from "../../../test/outcomes.ts";
import { ConfigError } from "../../config/index.ts";
import { AgentBusyError, GuardError } from "../../exclusion/index.ts";
import { LaunchError } from "../../launch-error.ts";

const request = { method: "POST", path: "/jobs" };
const answered = (status: number | null, message: string): KubernetesError =>
  new KubernetesError(message, { status, request });
const BEGUN_NOTHING = { executionRecovery: { kind: "bootstrap", providerWorkStarted: false } } as const;
const PASSES = { errorFamily: "transient_upstream" } as const;
const REACH = "Check that the server of the key kubeconfig is up, and can be reached from the Paperclip server.";
const RIGHTS = "Grant the right to the identity of the key kubeconfig, or mend what the namespace's policy names.";

test.each<readonly [string, unknown, AdapterExecutionResult]>([
  [
    "a configuration that is incomplete: Paperclip blocks the issue itself",
    new ConfigError([{ key: "model", got: "x", want: "give provider/model" }]),
    failedWith("configuration_incomplete", 'model: give provider/model (got "x")'),
  ],
  [
    "a cluster that is out of reach for now",
    answered(503, "POST /jobs: service unavailable"),
    {
      ...failedWith("k8s_api_unreachable", `POST /jobs: service unavailable. ${REACH}`),
      ...PASSES,
      ...BEGUN_NOTHING,
    },
  ],
  [
    "an identity that the cluster does not know",
    answered(401, "Unauthorized"),
    {
      ...failedWith(
        "k8s_unauthorized",
        "Unauthorized. The credentials of the key kubeconfig are not valid (any more); renew them.",
      ),
      ...BEGUN_NOTHING,
    },
  ],
  [
    "a right that is missing",
    answered(403, "jobs is forbidden"),
    { ...failedWith("k8s_forbidden", `jobs is forbidden. ${RIGHTS}`), ...BEGUN_NOTHING },
  ],
  [
    "a quota that is used up, perhaps only for now",
    answered(
      403,
      'secrets "x" is forbidden: exceeded quota: team, requested: secrets=1, used: secrets=9, limited: secrets=9',
    ),
    {
      ...failedWith(
        "k8s_job_create_failed",
        'secrets "x" is forbidden: exceeded quota: team, requested: secrets=1, used: secrets=9, limited: secrets=9. ' +
          "Raise the quota, or let other runs end first.",
      ),
      ...PASSES,
      ...BEGUN_NOTHING,
    },
  ],
  [
    "a Job that the cluster does not take",
    answered(422, "Job is invalid"),
    { ...failedWith("k8s_job_create_failed", "Job is invalid"), ...BEGUN_NOTHING },
  ],
  [
    "another run of the agent that does not end",
    new AgentBusyError("Job other", 3_600_000),
    {
      ...failedWith(
        "k8s_concurrent_run_blocked",
        "The agent is still run by Job other after 3600 s. Wait for its end, or delete that Job",
      ),
      ...PASSES,
      ...BEGUN_NOTHING,
    },
  ],
  [
    "other runs that cannot be seen",
    new GuardError(answered(403, "jobs is forbidden"), "list jobs"),
    {
      ...failedWith(
        "k8s_concurrency_guard_unreachable",
        "Whether somebody else runs the agent cannot be found out: jobs is forbidden. Grant the right to the identity of the key " +
          "kubeconfig, or else of the Paperclip server: list jobs; docs/security.md lists all of them",
      ),
      ...BEGUN_NOTHING,
    },
  ],
  [
    "a launch whose Job may still be there: nobody can say that nothing was begun",
    new LaunchError(answered(503, "unavailable"), "left behind", { namespace: "agents", name: "job-1" }),
    {
      ...failedWith(
        "k8s_api_unreachable",
        `unavailable. ${REACH} Job job-1 in namespace agents may still be there: delete it.`,
      ),
      ...PASSES,
    },
  ],
  [
    "a fault of ours",
    new TypeError("x is not a function"),
    { ...failedWith("k8s_internal_error", "The adapter failed: x is not a function"), ...BEGUN_NOTHING },
  ],
  ["nothing at all", "", { ...failedWith("k8s_internal_error", "The adapter failed: "), ...BEGUN_NOTHING }],
])("%s", (_, error, expected) => {
  expect(resultOfError(error)).toEqual(expected);
});

test("a cluster that is out of reach in Paperclip's last retry, too: a person has to look", () => {
  expect(resultOfError(answered(503, "unavailable"), retry(2))).toEqual({
    ...failedWith(
      "k8s_api_unreachable",
      `unavailable. ${REACH} This is failure 3 of its kind in a row: it is not tried again by itself.`,
    ),
    ...BEGUN_NOTHING,
  });
});

test("a cancel before there is a Job: it ended in order", () => {
  expect(
    resultOfError(new Error("aborted"), {}, AbortSignal.abort(new Error("Cancelled by a board operator"))),
  ).toEqual({
    ...failedWith("cancelled", "The run was cancelled before its Job was there."),
    executionRecovery: {
      kind: "interrupted",
      providerStopped: true,
      sessionPreserved: true,
      actionOutcomes: "settled",
    },
    resultJson: {
      executionCancellation: { state: "acknowledged", acknowledgedAt: "2026-11-23T00:00:00.000Z", forced: false },
    },
  });
});

test("a server that goes away before there is a Job: nothing is said of it", () => {
  const cancel = AbortSignal.abort(new ClaimLostError("agent-1", "another server"));
  expect(resultOfError(new Error("aborted"), {}, cancel)).toEqual(
    failedWith("k8s_detached", "The server went away before its Job was there."),
  );
});
