import { describe, expect, test } from "vitest";
import { onJob, podName } from "../../test/observed-job.ts";
import { CONTAINER, NAMESPACE, simCluster, type SimCluster } from "../../test/sim-cluster.ts";
import type { Diagnosis } from "../diagnosis/index.ts";
import { collectionPath } from "../objects.ts";
import { awaitStart, type StartChange } from "./await-start.ts";
import { createOnce } from "./create-once.ts";
import { refOf } from "./job-ref.ts";
import { watchJobs } from "./job-watch.ts";
import { ObservedJob } from "./observed-job.ts";

const WINDOWS = { scheduleMs: 120_000, imagePullMs: 60_000, startMs: 90_000 };

interface Start {
  readonly failure: Diagnosis | null;
  readonly changes: StartChange[];
  /** Seconds that it took. */
  readonly seconds: number;
  readonly lists: number;
}

/** Waits for the start of a Job in a cluster to which `before` has been done. */
async function start(
  world: SimCluster,
  meanwhile: (job: ObservedJob) => Promise<void> = async () => {},
): Promise<Start> {
  const changes: StartChange[] = [];
  let failure: Diagnosis | null = null;
  await onJob(world, async (job) => {
    const onChange = (change: StartChange): void => void changes.push(change);
    const doing = meanwhile(job);
    failure = await awaitStart(job, { windows: WINDOWS, signal: world.signal, onChange });
    await doing;
  });
  const lists = world.sim.requests.filter(({ resource, verb }) => resource === "events" && verb === "list").length;
  return { failure, changes, seconds: Math.round(world.clock.monotonic() / 1000), lists };
}

/** An event as an autoscaler writes it. */
async function writeEvent({ cluster }: SimCluster, { pod }: ObservedJob, reason: string): Promise<void> {
  const { name = "", uid = "" } = pod?.metadata ?? {};
  const now = new Date(cluster.clock.now()).toISOString().replace(/\.\d+Z/, "Z");
  const involvedObject = { kind: "Pod", apiVersion: "v1", namespace: NAMESPACE, name, uid };
  const metadata = { name: `${name}.${cluster.clock.monotonic()}`, namespace: NAMESPACE };
  const body = {
    metadata,
    involvedObject,
    reason,
    message: "pod triggered scale-up",
    type: "Normal",
    firstTimestamp: now,
    lastTimestamp: now,
  };
  await cluster.request("POST", collectionPath.events(NAMESPACE), { body });
}

describe("scheduling", () => {
  test("is told in the scheduler's words, as changes, and given up when its window is over (complaint 17)", async () => {
    const world = simCluster();
    world.sim.setUnschedulable("0/3 nodes are available: 3 Insufficient cpu.");
    const { failure, changes, seconds } = await start(world);
    expect(failure).toMatchObject({ category: "unschedulable", startedUserCode: false });
    expect(failure?.detail).toContain("Insufficient cpu");
    expect(changes.map(({ phase }) => phase)).toEqual(changes.map(() => "schedule"));
    expect(changes.filter(({ message }) => message.includes("Insufficient cpu"))).toHaveLength(1);
    expect(seconds).toBe(120);
  });

  test.each(["TriggeredScaleUp", "Nominated"])(
    "has its window anew when an autoscaler says %s (complaint 17)",
    async (reason) => {
      const world = simCluster();
      world.sim.setUnschedulable("0/3 nodes are available: 3 Insufficient cpu.");
      const { failure, seconds } = await start(world, async (job) => {
        await world.clock.sleep(100_000);
        await writeEvent(world, job, reason);
        await world.clock.sleep(100_000);
        world.sim.setUnschedulable(undefined);
      });
      expect(failure).toBeNull();
      expect(seconds).toBe(201);
    },
  );

  test("an event that was there before is no new scale-up, nor is one that is no longer kept", async () => {
    const world = simCluster();
    world.sim.setUnschedulable("0/3 nodes are available: 3 Insufficient cpu.");
    const { failure, seconds, lists } = await start(world, async (job) => {
      await world.clock.sleep(15_000);
      await writeEvent(world, job, "TriggeredScaleUp");
      await world.clock.sleep(85_000);
      await world.cluster.request("DELETE", `${collectionPath.events(NAMESPACE)}/${podName(job)}.15000`);
    });
    expect(failure?.category).toBe("unschedulable");
    // Seen at 40 s; from there the window of 120 s, with a look at the events each half a minute.
    expect(seconds).toBe(160);
    expect(lists).toBeLessThan(8);
  });

  test("a slow node does not use up the window of the image, nor that of the start", async () => {
    const world = simCluster(undefined, { timings: { schedule: 110_000 } });
    world.sim.images.set("image:1", { kind: "remote", pullMs: 80_000 });
    expect((await start(world)).failure).toBeNull();
  });
});

test("a start that goes well lists no events", async () => {
  const world = simCluster();
  expect(await start(world)).toMatchObject({ failure: null, lists: 0 });
});

test("an image that takes its time is told in the kubelet's words", async () => {
  const world = simCluster();
  world.sim.images.set("image:1", { kind: "remote", pullMs: 45_000 });
  const { failure, changes } = await start(world);
  expect(failure).toBeNull();
  expect(changes.map(({ message }) => message)).toContain('Pulling image "image:1" on node1');
});

test("an image that does not exist ends the wait at once; one whose registry is away has its window (complaint 16)", async () => {
  const hopeless = simCluster();
  hopeless.sim.images.setMissing("image:1");
  const wrong = await start(hopeless);
  expect(wrong.failure).toMatchObject({ category: "image_pull", final: true });
  expect(wrong.seconds).toBeLessThan(10);

  const away = simCluster();
  away.sim.images.set("image:1", { kind: "missing", message: "dial tcp 10.0.0.1:443: connect: connection refused" });
  const slow = await start(away);
  expect(slow.failure).toMatchObject({ category: "image_pull", final: false });
  expect(slow.seconds).toBeGreaterThanOrEqual(60);
  // `ErrImagePull` and `ImagePullBackOff` take turns, and say the same.
  expect(slow.changes.filter(({ phase }) => phase === "imagePull")).toHaveLength(1);
});

test("the windows stand still while the cluster is out of sight", async () => {
  const world = simCluster();
  world.sim.setUnschedulable("0/3 nodes are available: 3 Insufficient cpu.");
  const { failure, seconds } = await start(world, async () => {
    await world.clock.sleep(60_000);
    world.sim.faults.restart(100_000);
  });
  expect(failure?.category).toBe("unschedulable");
  expect(seconds).toBeGreaterThanOrEqual(215);
  expect(seconds).toBeLessThan(240);
});

test("a Job that is deleted while its pod is pending ends the wait", async () => {
  const world = simCluster();
  world.sim.setUnschedulable("0/3 nodes are available: 3 Insufficient cpu.");
  const { failure, seconds } = await start(world, async (job) => {
    await world.clock.sleep(20_000);
    await world.cluster.request("DELETE", `${collectionPath.jobs(NAMESPACE)}/${job.ref.name}`, {
      body: { propagationPolicy: "Background" },
    });
  });
  expect(failure).toMatchObject({ category: "deleted", startedUserCode: false });
  expect(seconds).toBeLessThan(30);
});

test("the signal ends the wait at once", async () => {
  const world = simCluster();
  world.sim.setUnschedulable("full");
  const stop = new AbortController();
  const reason = new Error("enough");
  await onJob(world, async (job) => {
    void world.clock.sleep(33_333).then(() => stop.abort(reason));
    await expect(awaitStart(job, { windows: WINDOWS, signal: stop.signal })).rejects.toBe(reason);
    expect(world.clock.monotonic()).toBe(33_333);
  });
});

test("a window that is no time is told at once", async () => {
  const world = simCluster();
  await onJob(world, async (job) => {
    const windows = { ...WINDOWS, imagePullMs: NaN };
    await expect(awaitStart(job, { windows, signal: world.signal })).rejects.toMatchObject({
      name: "InvalidInputError",
      field: "windows.imagePullMs",
    });
  });
});

test("an observation that is ended ends the wait: no verdict on what is not seen", async () => {
  const world = simCluster();
  world.sim.setUnschedulable("full");
  await onJob(world, async (job) => {
    void world.clock.sleep(33_333).then(() => job[Symbol.dispose]());
    await expect(awaitStart(job, { windows: WINDOWS, signal: world.signal })).rejects.toThrow("has ended");
    expect(world.clock.monotonic()).toBe(33_333);
  });
});

test("a container that starts while the events of its last moment are listed has started", async () => {
  const world = simCluster((io) => io.sleep(3_600_000).then(() => 0));
  world.sim.setUnschedulable("0/3 nodes are available: 3 Insufficient cpu.");
  const { failure, seconds } = await start(world, async () => {
    await world.clock.sleep(115_000);
    world.slowNextList("events", 10_000);
    await world.clock.sleep(10_000);
    world.sim.setUnschedulable(undefined);
  });
  expect(failure).toBeNull();
  expect(seconds).toBe(130);
});

test("a container that runs has started, although a watch that died in silence has not shown it yet (complaint 2)", async () => {
  const world = simCluster((io) => io.sleep(3_600_000).then(() => 0));
  world.sim.images.set("image:1", { kind: "remote", pullMs: 60_000 });
  const { failure, seconds } = await start(world, async (job) => {
    await job.until(() => job.podState?.kind === "waiting", world);
    await world.clock.sleep(30_000);
    world.sim.faults.cut({ verb: "watch", resource: "pods" }, { afterBytes: 0, how: "stall" });
    world.sim.faults.cutOpen({ verb: "watch", resource: "pods" });
  });
  expect(failure).toBeNull();
  expect(seconds).toBeGreaterThan(90);
  expect(seconds).toBeLessThan(150);
});

describe("a Job without a pod in view", () => {
  const awaited = async (world: SimCluster, spec: object, labelSelector?: string): Promise<Diagnosis | null> => {
    const container = { name: CONTAINER, image: "image:1" };
    const template = { spec: { restartPolicy: "Never", containers: [container] } };
    const body = { metadata: { name: "job", labels: { app: "x" } }, spec: { backoffLimit: 0, template, ...spec } };
    using watch = watchJobs(world.cluster, NAMESPACE, labelSelector === undefined ? {} : { labelSelector });
    await watch.synced(world.signal);
    const made = await createOnce(world.cluster, collectionPath.jobs(NAMESPACE), body, world.signal);
    using job = new ObservedJob(watch, refOf(made), CONTAINER);
    return await awaitStart(job, { windows: WINDOWS, signal: world.signal });
  };

  test("is said to be suspended, if it is; that is no refusal, and may pass", async () => {
    const world = simCluster();
    expect(await world.clock.run(awaited(world, { suspend: true }))).toMatchObject({
      category: "unknown",
      summary: "The Job is suspended, and gets no pod",
      startedUserCode: false,
      final: false,
    });
  });

  test("may have begun where the Job says that it has one, which the watch leaves out", async () => {
    const world = simCluster((io) => io.sleep(3_600_000).then(() => 0));
    expect(await world.clock.run(awaited(world, {}, "app=x"))).toMatchObject({ startedUserCode: true });
  });
});
