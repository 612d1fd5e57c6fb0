import { expect, test } from "vitest";
import { diagnose, type Evidence } from "./diagnose.ts";
import type { Event, Job, Pod } from "../objects.ts";

const container = "opencode";
type Status = NonNullable<Pod["status"]>;
type State = NonNullable<NonNullable<Status["containerStatuses"]>[number]["state"]>;

const withState = (state: State, more: Status = {}): Pod => ({
  spec: { containers: [], nodeName: "node1" },
  status: {
    phase: "Pending",
    containerStatuses: [{ name: container, image: "img:1", imageID: "", ready: false, restartCount: 0, state }],
    ...more,
  },
});
const ended = (exitCode: number, reason = "Error", more: Status = {}): Pod =>
  withState({ terminated: { exitCode, reason } }, { phase: "Failed", ...more });
const waiting = (reason: string, message = ""): Pod => withState({ waiting: { reason, message } });
const failedJob = (reason: string): Job => ({
  status: { conditions: [{ type: "FailureTarget", status: "True", reason, message: "m" }] },
});
const event = (reason: string, message: string): Event => ({ reason, message }) as Event;
const unschedulable = (message: string): Pod => ({
  status: {
    phase: "Pending",
    conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }],
  },
});

/** What there is, the category that it is, whether the agent had begun, and whether waiting is in vain. */
const table: [string, Partial<Evidence>, string | null, boolean, boolean][] = [
  ["a running pod", { pod: withState({ running: {} }, { phase: "Running" }) }, null, true, false],
  ["a success", { pod: ended(0, "Completed", { phase: "Succeeded" }) }, null, true, false],
  [
    "preemption before any container",
    {
      pod: {
        status: {
          phase: "Failed",
          conditions: [{ type: "DisruptionTarget", status: "True", reason: "PreemptionByScheduler" }],
        },
      },
    },
    "preempted",
    false,
    true,
  ],
  [
    "eviction, with a container that says 137",
    { pod: ended(137, "Error", { reason: "Evicted", message: "low on ephemeral-storage" }) },
    "evicted",
    true,
    true,
  ],
  [
    "admission rejected by the node",
    { pod: { status: { phase: "Failed", reason: "OutOfcpu", message: "m" } } },
    "pod_rejected",
    false,
    true,
  ],
  ["the Job's deadline", { pod: ended(143), job: failedJob("DeadlineExceeded") }, "deadline", true, true],
  ["out of memory", { pod: ended(137, "OOMKilled") }, "oom", true, true],
  ["SIGKILL of unknown origin", { pod: ended(137) }, "killed", true, true],
  [
    "SIGTERM because the pod is being deleted",
    { pod: { ...ended(143), metadata: { deletionTimestamp: "2026-11-22T00:00:00Z" } } },
    "deleted",
    true,
    true,
  ],
  ["an exit code", { pod: ended(3) }, "exit_code", true, true],
  ["a program that cannot be started", { pod: ended(128, "StartError") }, "container_config", false, true],
  ["a Job deleted before its pod", { pod: null, deleted: true }, "deleted", false, true],
  ["an image name that is none", { pod: waiting("InvalidImageName", "couldn't parse") }, "image_pull", false, true],
  ["an image that is not there", { pod: waiting("ErrImagePull", "manifest unknown") }, "image_pull", false, true],
  [
    "a registry that denies",
    { pod: waiting("ErrImagePull", "pull access denied, authorization failed") },
    "image_pull",
    false,
    true,
  ],
  [
    "a registry with too many requests",
    { pod: waiting("ErrImagePull", "429 too many requests: not found in cache") },
    "image_pull",
    false,
    false,
  ],
  [
    "a registry that cannot be reached",
    { pod: waiting("ErrImagePull", "dial tcp: lookup x: no such host") },
    "image_pull",
    false,
    false,
  ],
  [
    "an image that is not there, whatever its name is spelled like",
    { pod: waiting("ErrImagePull", 'failed to resolve "r.io/ai/opencode:1.500.2": not found') },
    "image_pull",
    false,
    true,
  ],
  [
    "a back-off that hides what was said",
    {
      pod: waiting("ImagePullBackOff", "Back-off pulling image"),
      events: [event("Failed", "Failed to pull image: not found")],
    },
    "image_pull",
    false,
    true,
  ],
  [
    "a Secret that is missing",
    { pod: waiting("CreateContainerConfigError", 'secret "x" not found') },
    "container_config",
    false,
    false,
  ],
  [
    "a volume that cannot be mounted",
    { pod: waiting("ContainerCreating"), events: [event("FailedMount", "timed out")] },
    "volume",
    false,
    false,
  ],
  ["a container being created", { pod: waiting("ContainerCreating") }, null, false, false],
  [
    "too little CPU",
    { pod: unschedulable("0/3 nodes are available: 3 Insufficient cpu.") },
    "unschedulable",
    false,
    false,
  ],
  [
    "a claim that is not bound",
    { pod: unschedulable("pod has unbound immediate PersistentVolumeClaims") },
    "volume",
    false,
    false,
  ],
  ["a quota", { pod: null, events: [event("FailedCreate", "exceeded quota: q")] }, "pod_rejected", false, false],
  ["a Job that failed without a pod", { pod: null, job: failedJob("BackoffLimitExceeded") }, "unknown", false, true],
];

test.each(table)("%s", (_, evidence, category, startedUserCode, final) => {
  const diagnosis = diagnose({ container, pod: null, job: null, ...evidence });
  if (category === null) expect(diagnosis).toBeNull();
  else expect(diagnosis).toMatchObject({ category, startedUserCode, final });
});

test("the cluster's own words are kept", () => {
  const pod = waiting("ImagePullBackOff", "Back-off pulling image");
  const events = [event("Failed", "Failed to pull image: manifest unknown")];
  expect(diagnose({ container, pod, job: null, events })?.detail).toContain("manifest unknown");
});
