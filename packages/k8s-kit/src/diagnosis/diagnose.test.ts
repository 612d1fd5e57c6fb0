import { describe, expect, test } from "vitest";
import { recordedFailures } from "../../test/recorded-failures.ts";
import type { Event, Job, Pod } from "../objects.ts";
import { diagnose, type Evidence, type FailureCategory, hasStarted } from "./index.ts";

/*
 * Written by hand: what no cluster of ours can be brought to, and what decides between two answers. All that was recorded on a
 * real cluster is in diagnose.recorded.test.ts.
 */

const container = "main";
type Status = NonNullable<Pod["status"]>;
type State = NonNullable<NonNullable<Status["containerStatuses"]>[number]["state"]>;

const withState = (state: State, more: Status = {}, metadata: Pod["metadata"] = {}): Pod => ({
  metadata,
  spec: { containers: [], nodeName: "node1" },
  status: {
    phase: "Pending",
    containerStatuses: [{ name: container, image: "app:1", imageID: "", ready: false, restartCount: 0, state }],
    ...more,
  },
});
const ended = (exitCode: number, finishedAt: string, more: Status = {}, metadata: Pod["metadata"] = {}): Pod =>
  withState({ terminated: { exitCode, reason: "Error", finishedAt } }, { phase: "Failed", ...more }, metadata);
const pulling = (reason: string, message: string): Pod => withState({ waiting: { reason, message } });
const disrupted = (reason: string, message = "", lastTransitionTime = "2026-11-22T10:00:05Z"): Status => ({
  conditions: [{ type: "DisruptionTarget", status: "True", reason, message, lastTransitionTime }],
});
const failedJob = (reason: string, lastTransitionTime = "2026-11-22T10:00:05Z", status: Job["status"] = {}): Job => ({
  status: {
    ...status,
    conditions: [{ type: "FailureTarget", status: "True", reason, message: "m", lastTransitionTime }],
  },
});
const event = (reason: string, message: string): Event => ({ reason, message }) as Event;
const explain = (evidence: Partial<Evidence>): ReturnType<typeof diagnose> =>
  diagnose({ container, pod: null, job: null, ...evidence });
const at = (second: number): string => `2026-11-22T10:00:0${second}Z`;

describe("what no cluster of ours can be brought to", () => {
  const table: [string, Partial<Evidence>, FailureCategory, retryable: boolean][] = [
    [
      "complaint 14: preempted before any container, which has no status then",
      { pod: { status: { phase: "Failed", ...disrupted("PreemptionByScheduler") } } },
      "preempted",
      true,
    ],
    [
      "complaint 13: a node that ran short of memory",
      {
        pod: ended(137, at(6), {
          reason: "Evicted",
          ...disrupted("TerminationByKubelet", "The node was low on memory"),
        }),
      },
      "evicted",
      true,
    ],
    [
      "a node that is slow to get a Secret, and tries again",
      {
        pod: pulling("CreateContainerConfigError", "failed to sync secret cache: timed out waiting for the condition"),
      },
      "container_config",
      true,
    ],
    [
      "a node that is shut down",
      {
        pod: ended(143, at(6), {
          reason: "Terminated",
          ...disrupted("TerminationByKubelet", "imminent node shutdown"),
        }),
      },
      "evicted",
      true,
    ],
    [
      "a node that refuses pods because it is shut down",
      { pod: { status: { phase: "Failed", reason: "NodeShutdown", message: "shutting down" } } },
      "pod_rejected",
      true,
    ],
    [
      "a node that does not like the pod's security profile",
      { pod: { status: { phase: "Failed", reason: "AppArmor", message: "cannot enforce" } } },
      "pod_rejected",
      false,
    ],
    ["a node lost long ago", { pod: { status: { phase: "Failed", reason: "NodeLost" } } }, "node_lost", true],
    [
      "a volume that another node still holds",
      {
        pod: pulling("ContainerCreating", ""),
        events: [event("FailedAttachVolume", "Multi-Attach error for volume: already used by pod other")],
      },
      "volume",
      true,
    ],
    [
      "a container that the runtime fails to create",
      { pod: pulling("CreateContainerError", "failed to reserve container name") },
      "container_config",
      false,
    ],
    [
      "complaint 16: a public registry's rate limit, which speaks of a denial",
      { pod: pulling("ErrImagePull", "denied: toomanyrequests: You have reached your pull rate limit") },
      "image_pull",
      true,
    ],
    [
      "complaint 16: a back-off of Kubernetes before 1.32, which hides what was said",
      {
        pod: pulling("ImagePullBackOff", 'Back-off pulling image "app:1"'),
        events: [event("Failed", 'Failed to pull image "app:1": manifest unknown')],
      },
      "image_pull",
      false,
    ],
    ["a Job that failed with a pod that nobody saw", { job: failedJob("BackoffLimitExceeded") }, "unknown", false],
    ["a Job that was deleted with a pod that nobody saw", { deleted: true }, "deleted", false],
  ];
  test.each(table)("%s", (_, evidence, category, retryable) => {
    expect(explain(evidence)).toMatchObject({ category, retryable });
  });

  test("complaint 16: what was said before the back-off is found in the events", () => {
    const pod = pulling("ImagePullBackOff", 'Back-off pulling image "app:1"');
    const events = [
      event("Failed", 'Failed to pull image "app:1": manifest unknown'),
      event("Failed", "Error: ErrImagePull"),
    ];
    expect(explain({ pod, events })).toMatchObject({ detail: "manifest unknown", final: true });
  });

  test("complaint 16: words that nobody knows are no verdict, neither that waiting helps nor that it does not", () => {
    expect(explain({ pod: pulling("ErrImagePull", "something new") })).toMatchObject({
      final: false,
      retryable: false,
    });
  });
});

describe("what came first is the cause", () => {
  const stops: [string, (finishedAt: string, exitCode: number) => Partial<Evidence>, FailureCategory][] = [
    [
      "an eviction",
      (finished, code) => ({ pod: ended(code, finished, disrupted("EvictionByEvictionAPI")) }),
      "evicted",
    ],
    [
      "the Job's deadline",
      (finished, code) => ({ pod: ended(code, finished), job: failedJob("DeadlineExceeded") }),
      "deadline",
    ],
    [
      "a deletion with a grace of 30 s",
      (finished, code) => ({
        pod: ended(code, finished, {}, { deletionTimestamp: "2026-11-22T10:00:35Z", deletionGracePeriodSeconds: 30 }),
      }),
      "deleted",
    ],
  ];
  test.each(stops)("%s explains what ended afterwards, with whatever code", (_, evidence, category) => {
    for (const code of [0, 1, 143]) expect(explain(evidence(at(6), code))?.category).toBe(category);
  });
  test.each(stops)("%s in the same second does, too: programs end within milliseconds", (_, evidence, category) => {
    expect(explain(evidence(at(5), 143))?.category).toBe(category);
  });
  test.each(stops)("complaint 15: %s does not explain what had ended before", (_, evidence) => {
    expect(explain(evidence(at(4), 3))?.category).toBe("exit_code");
    expect(explain(evidence(at(4), 0))).toBeNull();
  });

  test("complaint 15: long gone, with a sidecar that went on: no deletion of its success", () => {
    const gone = { deletionTimestamp: "2026-11-22T10:05:00Z", deletionGracePeriodSeconds: 0, generation: 2 };
    expect(explain({ deleted: true, pod: ended(0, at(0), { observedGeneration: 2 }, gone) })).toBeNull();
  });

  test("of a pod that is gone, before Kubernetes counted generations, a signal is taken for the deletion's", () => {
    const gone = { deletionTimestamp: at(7), deletionGracePeriodSeconds: 0 };
    expect(explain({ deleted: true, pod: ended(143, at(5), {}, gone) })?.category).toBe("deleted");
    expect(explain({ deleted: true, pod: ended(3, at(5), {}, gone) })?.category).toBe("exit_code");
    expect(explain({ deleted: true, pod: ended(0, at(5), {}, gone) })).toBeNull();
  });

  test("an init container that is stopped with its pod is no failure of its own", () => {
    const state = { terminated: { exitCode: 143, reason: "Error" } };
    const initContainerStatuses = [{ name: "prepare", image: "", imageID: "", ready: false, restartCount: 0, state }];
    const pod: Pod = { status: { phase: "Failed", initContainerStatuses } };
    expect(explain({ pod, deleted: true })?.category).toBe("deleted");
    expect(explain({ pod })?.summary).toBe("Init container prepare was ended by SIGTERM");
  });

  test("out of memory is that, also while the pod is being deleted", () => {
    const pod = withState(
      { terminated: { exitCode: 137, reason: "OOMKilled", finishedAt: at(6) } },
      { phase: "Failed" },
      { deletionTimestamp: at(6), deletionGracePeriodSeconds: 1 },
    );
    expect(explain({ pod })?.category).toBe("oom");
  });
});

describe("startedUserCode", () => {
  const lost = { exitCode: 137, reason: "ContainerStatusUnknown" };

  test("a container that was lost while it ran had run, one that was never made had not", () => {
    const message = "The container could not be located when the pod was deleted. The container used to be Running";
    expect(hasStarted({ container, pod: withState({ terminated: { ...lost, message } }) })).toBe(true);
    expect(hasStarted({ container, pod: withState({ terminated: lost }) })).toBe(false);
  });

  test("where a pod was there that nobody saw, it may have run, and is said to have", () => {
    const seen = failedJob("BackoffLimitExceeded", at(5), { failed: 1 });
    expect(explain({ job: seen })).toMatchObject({ startedUserCode: true });
    expect(explain({ job: failedJob("BackoffLimitExceeded") })).toMatchObject({ startedUserCode: false });
  });
});

describe("retryable, of a deletion", () => {
  const pending: Pod = { status: { phase: "Pending" } };

  test("a pod that had not begun is no loss, a Job is somebody's wish", () => {
    expect(explain({ pod: pending, deleted: true })).toMatchObject({ category: "deleted", retryable: true });
    expect(explain({ pod: pending, deleted: true, jobDeleted: true })).toMatchObject({ retryable: false });
    expect(explain({ pod: withState({ running: {} }), deleted: true })).toMatchObject({ retryable: false });
  });
});

test("complaint 13: an evicted pod is no exit code 137, and never null", () => {
  const evidence = recordedFailures().get("evicted-ephemeral-storage/pod-failed");
  expect(evidence && diagnose(evidence)).toMatchObject({ category: "evicted", detail: expect.stringContaining("8Mi") });
});

test("a scheduler that says nothing is still one that finds no node", () => {
  const conditions = [{ type: "PodScheduled", status: "False", reason: "Unschedulable" }];
  expect(explain({ pod: { status: { conditions } } })).toMatchObject({ category: "unschedulable", final: false });
});

test("a mount that failed before the image was pulled tells of the past", () => {
  const pod = pulling("ContainerCreating", "");
  const events = [event("FailedMount", "secret not found"), event("Pulling", 'Pulling image "app:1"')];
  expect(explain({ pod, events })).toBeNull();
  expect(explain({ pod, events: events.toReversed() })?.category).toBe("volume");
});
