import { describe, expect, test } from "vitest";
import type { Pod } from "../objects.ts";
import { containerState, placeOf, readableInstances } from "./container-state.ts";

type Status = NonNullable<NonNullable<Pod["status"]>["containerStatuses"]>[number];

/** A pod with one container, `main`, as the API server shows it. */
function pod(
  status: Partial<Status> | null,
  restartPolicy: string,
  more: Partial<NonNullable<Pod["status"]>> = {},
): Pod {
  const containerStatuses = status
    ? [{ name: "main", image: "i", imageID: "", ready: false, restartCount: 0, ...status }]
    : undefined;
  return {
    metadata: { name: "pod" },
    spec: { restartPolicy, containers: [{ name: "main" }] },
    status: { ...more, ...(containerStatuses && { containerStatuses }) },
  };
}

const RUNNING = { containerID: "B", state: { running: {} }, lastState: {} };
const ENDED = (exitCode: number): Partial<Status> => ({
  containerID: "A",
  state: { terminated: { exitCode, containerID: "A" } },
});
/** As recorded on Kubernetes 1.35.4: `containerID` is still that of the instance that ended. */
const IN_BACK_OFF = {
  containerID: "A",
  restartCount: 1,
  state: { waiting: { reason: "CrashLoopBackOff" } },
  lastState: { terminated: { exitCode: 1, containerID: "A" } },
};

test.each<[string, Pod, ReturnType<typeof containerState>]>([
  [
    "runs for the first time",
    pod(RUNNING, "Never"),
    { kind: "running", containerId: "B", previousId: null, restarts: 0, mayRestart: false },
  ],
  [
    "runs again",
    pod({ ...RUNNING, restartCount: 1, lastState: { terminated: { exitCode: 1, containerID: "A" } } }, "OnFailure"),
    { kind: "running", containerId: "B", previousId: "A", restarts: 1, mayRestart: true },
  ],
  [
    "is waited for",
    pod({ state: { waiting: { reason: "ContainerCreating" } } }, "Never"),
    { kind: "running", containerId: null, previousId: null, restarts: 0, mayRestart: false },
  ],
  [
    "waits to be started again",
    pod(IN_BACK_OFF, "Always"),
    { kind: "terminated", containerId: null, previousId: "A", restarts: 1, mayRestart: true },
  ],
  [
    "failed for good",
    pod(ENDED(1), "Never"),
    { kind: "terminated", containerId: "A", previousId: null, restarts: 0, mayRestart: false },
  ],
  [
    "succeeded, which OnFailure leaves at that",
    pod(ENDED(0), "OnFailure"),
    { kind: "terminated", containerId: "A", previousId: null, restarts: 0, mayRestart: false },
  ],
  [
    "failed, which OnFailure does not leave at that",
    pod(ENDED(1), "OnFailure"),
    { kind: "terminated", containerId: "A", previousId: null, restarts: 0, mayRestart: true },
  ],
  [
    "was evicted, and the kubelet says nothing of it",
    pod(null, "Always", { phase: "Failed" }),
    { kind: "terminated", containerId: null, previousId: null, restarts: 0, mayRestart: false },
  ],
  [
    "was on a node that was lost",
    pod(RUNNING, "Always", { phase: "Failed" }),
    { kind: "terminated", containerId: "B", previousId: null, restarts: 0, mayRestart: false },
  ],
])("a container that %s", (_, given, expected) => {
  expect(containerState(given, "main")).toEqual(expected);
});

test("an init container that succeeded is over, also in a pod whose containers always restart; a sidecar never is", () => {
  const ended = {
    name: "init",
    image: "i",
    imageID: "",
    ready: true,
    restartCount: 0,
    state: { terminated: { exitCode: 0 } },
  };
  const given: Pod = {
    metadata: {},
    spec: {
      restartPolicy: "Always",
      containers: [],
      initContainers: [{ name: "init" }, { name: "mesh", restartPolicy: "Always" }],
    },
    status: { initContainerStatuses: [ended, { ...ended, name: "mesh" }] },
  };
  expect(containerState(given, "init").mayRestart).toBe(false);
  expect(containerState(given, "mesh").mayRestart).toBe(true);
});

test("a deleted pod's container is not started again", () => {
  const given = pod(ENDED(1), "Always");
  expect(containerState({ ...given, metadata: { deletionTimestamp: "2026-11-22T00:00:00Z" } }, "main").mayRestart).toBe(
    false,
  );
});

describe("where a log can be read", () => {
  const running = { kind: "running", containerId: "B", previousId: "A", restarts: 3, mayRestart: true } as const;
  test.each<[string | null, ReturnType<typeof placeOf>]>([
    ["B", "current"],
    ["A", "previous"],
    ["older", "lost"],
    [null, "current"],
  ])("%s: %s", (id, place) => {
    expect(placeOf(id, running)).toBe(place);
    expect(placeOf(id, { kind: "gone" })).toBe("gone");
  });

  test("an instance that nobody denies may still be there", () => {
    expect(placeOf("A", { ...running, containerId: null, previousId: null })).toBe("current");
  });

  test("instances are counted from the pod's first", () => {
    expect(readableInstances(running)).toEqual([
      { id: "A", index: 2 },
      { id: "B", index: 3 },
    ]);
    expect(readableInstances({ ...running, containerId: null })).toEqual([{ id: "A", index: 3 }]);
  });
});
