import { describe, expect, test } from "vitest";
import type { Pod } from "../objects.ts";
import { isOver, type PodState, podState } from "./pod-state.ts";

type Status = NonNullable<Pod["status"]>;
type ContainerStatus = NonNullable<Status["containerStatuses"]>[number];

const container = (name: string, state: ContainerStatus["state"]): ContainerStatus =>
  ({ name, state, image: "image:1", imageID: "", ready: false, restartCount: 0 }) as ContainerStatus;
const ended = (exitCode: number): ContainerStatus["state"] => ({ terminated: { exitCode } });
const on = (status: Status, spec: Partial<Pod["spec"]> = {}): Pod => ({
  metadata: { name: "pod" },
  spec: { nodeName: "node1", restartPolicy: "Never", containers: [{ name: "main" }], ...spec },
  status,
});
const scheduled = [{ type: "PodScheduled", status: "True" }];

test.each<[what: string, pod: Pod, state: PodState["kind"], words?: Partial<PodState>]>([
  ["nobody has looked at it yet", { spec: { containers: [] } }, "unscheduled"],
  [
    "no node can take it",
    {
      spec: { containers: [] },
      status: { conditions: [{ type: "PodScheduled", status: "False", message: "Insufficient cpu" }] },
    },
    "unscheduled",
    { message: "Insufficient cpu" },
  ],
  ["on a node, not begun", on({ conditions: scheduled }), "waiting", { reason: "ContainerCreating" }],
  [
    "its image cannot be pulled",
    on({ containerStatuses: [container("main", { waiting: { reason: "ErrImagePull", message: "not found" } })] }),
    "waiting",
    { reason: "ErrImagePull", message: "not found" },
  ],
  [
    "an init container waits, in its words",
    on({
      conditions: scheduled,
      initContainerStatuses: [container("prepare", { waiting: { reason: "CrashLoopBackOff", message: "back-off" } })],
      containerStatuses: [container("main", { waiting: { reason: "PodInitializing" } })],
    }),
    "waiting",
    { reason: "CrashLoopBackOff" },
  ],
  [
    "a native sidecar runs, the main container has not begun",
    on({
      conditions: scheduled,
      initContainerStatuses: [container("proxy", { running: {} })],
      containerStatuses: [container("main", { waiting: { reason: "PodInitializing" } })],
    }),
    "waiting",
    { reason: "PodInitializing" },
  ],
  ["running", on({ containerStatuses: [container("main", { running: {} })] }), "running"],
  [
    "over, while a mesh sidecar still runs",
    on({ phase: "Running", containerStatuses: [container("proxy", { running: {} }), container("main", ended(0))] }),
    "terminated",
  ],
  [
    "a sidecar has ended, the main container runs",
    on({ phase: "Running", containerStatuses: [container("proxy", ended(137)), container("main", { running: {} })] }),
    "running",
  ],
  [
    "evicted, although the container still says running",
    on({ phase: "Failed", reason: "Evicted", containerStatuses: [container("main", { running: {} })] }),
    "ended",
    { reason: "Evicted" },
  ],
  [
    "preempted before any container (complaint 14)",
    on({ phase: "Failed", reason: "OutOfmemory" }),
    "ended",
    { reason: "OutOfmemory" },
  ],
])("%s", (_, pod, kind, words = {}) => {
  expect(podState(pod, "main")).toMatchObject({ kind, ...words });
});

describe("over for good", () => {
  const over = (exitCode: number, restartPolicy: string, status: Status = {}): boolean =>
    isOver(on({ containerStatuses: [container("main", ended(exitCode))], ...status }, { restartPolicy }), "main");

  test("a container that is never restarted, however it ended", () => {
    expect([over(0, "Never"), over(1, "Never")]).toEqual([true, true]);
  });

  test("one that is restarted on failure, when it succeeded", () => {
    expect([over(0, "OnFailure"), over(1, "OnFailure"), over(0, "Always")]).toEqual([true, false, false]);
  });

  test("one whose pod is over, or going", () => {
    expect(over(1, "OnFailure", { phase: "Failed" })).toBe(true);
    expect(isOver(on({ phase: "Failed", reason: "Evicted" }), "main")).toBe(true);
    expect(isOver(on({ containerStatuses: [container("main", { running: {} })] }), "main")).toBe(false);
  });
});
