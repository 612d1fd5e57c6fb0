import { describe, expect, test } from "vitest";
import { onJob, podName } from "../../test/observed-job.ts";
import { CONTAINER, NAMESPACE, simCluster, type SimCluster, startJob } from "../../test/sim-cluster.ts";
import { collectionPath, type Job } from "../objects.ts";
import { deleteJob } from "./delete-job.ts";
import { ObservedJob } from "./observed-job.ts";

const runsFor = (ms: number, exitCode = 0): SimCluster =>
  simCluster(async (io) => {
    await io.sleep(ms);
    return exitCode;
  });
const running = (job: ObservedJob) => (): boolean => job.podState?.kind === "running";

test("its container, its pod and the Job itself end one after the other, as their status says (complaint 11)", async () => {
  const world = runsFor(10_000, 3);
  await onJob(world, async (job) => {
    const { signal } = world;
    expect(job.state).toEqual({ kind: "unseen" });
    await job.until(running(job), { signal });
    expect([job.started, job.over, job.state.kind]).toEqual([true, false, "active"]);
    await job.until(() => job.over, { signal });
    expect([job.end?.exitCode, job.state.kind]).toEqual([3, "active"]);
    await job.until(() => job.state.kind === "failed" && job.state.settled, { signal });
    expect(job.state).toMatchObject({ kind: "failed", reason: "BackoffLimitExceeded" });
  });
});

test("a Job that runs costs no request besides the two lists and the two watches", async () => {
  const world = runsFor(3_600_000);
  await onJob(world, async (job) => {
    await job.until(running(job), world);
    const before = world.sim.requests.length;
    await world.clock.sleep(5 * 60_000);
    expect(world.sim.requests.length).toBe(before);
  });
});

test("the last state seen outlives the pod and the Job (complaint 15)", async () => {
  const world = runsFor(3_600_000);
  await onJob(world, async (job) => {
    await job.until(running(job), world);
    const name = podName(job);
    await deleteJob(world.cluster, job.ref, world.signal);
    await job.until(() => job.podGone && job.state.kind === "deleted", world);
    expect(podName(job)).toBe(name);
    expect(job.state).toEqual({ kind: "deleted", last: { kind: "active" } });
    expect(job.diagnosis()?.category).toBe("deleted");
  });
});

test("a pod that a list left out is not believed to be gone while it answers a get (complaint 15)", async () => {
  const world = runsFor(3_600_000);
  await onJob(world, async (job) => {
    await job.until(running(job), world);
    world.hideFromNextList("pods");
    world.sim.faults.answer({ verb: "watch", resource: "pods" }, { status: 410 });
    world.sim.faults.cutOpen({ verb: "watch", resource: "pods" });
    await world.clock.sleep(30_000);
    expect(world.sim.requests.filter(({ verb, resource }) => verb === "get" && resource === "pods")).toHaveLength(1);
    expect([job.podGone, job.over]).toEqual([false, false]);
  });
});

test("nor is a Job that a list left out believed to be deleted while it answers a get (complaint 15)", async () => {
  const world = runsFor(3_600_000);
  await onJob(world, async (job) => {
    await job.until(running(job), world);
    let deletions = 0;
    void job.until(() => job.state.kind === "deleted", world).then(() => (deletions += 1));
    world.hideFromNextList("jobs");
    world.sim.faults.answer({ verb: "watch", resource: "jobs" }, { status: 410 });
    world.sim.faults.cutOpen({ verb: "watch", resource: "jobs" });
    await world.clock.sleep(30_000);
    expect(world.sim.requests.filter(({ verb, resource }) => verb === "get" && resource === "jobs")).toHaveLength(1);
    expect([deletions, job.state.kind]).toEqual([0, "active"]);
    await deleteJob(world.cluster, job.ref, world.signal);
    await world.clock.sleep(1_000);
    expect(deletions).toBe(1);
  });
});

test("where no get is allowed, the watch is believed: a pod that never began is over when it is gone", async () => {
  const world = runsFor(3_600_000);
  world.sim.setUnschedulable("0/3 nodes are available: 3 Insufficient cpu.");
  await onJob(world, async (job) => {
    await job.until(() => job.pod !== null, world);
    world.sim.faults.answer({ verb: "get" }, { status: 403 }, 100);
    await deleteJob(world.cluster, job.ref, world.signal);
    await job.until(() => job.over && job.state.kind === "deleted", world);
    expect(world.clock.monotonic()).toBeLessThan(5_000);
  });
});

test("a Job that was gone before it came into view is deleted, not waited for (complaint 15)", async () => {
  const world = runsFor(1_000);
  await onJob(world, async (_, watch) => {
    const ref = { namespace: NAMESPACE, name: "never", uid: "was-here" };
    using job = new ObservedJob(watch, ref, CONTAINER);
    await job.until(() => job.state.kind === "deleted", world);
    expect(job.over).toBe(true);
    expect(world.clock.monotonic()).toBeLessThan(15_000);
  });
});

test("a container that the pod does not have is an error at once, which names those that it has", async () => {
  const world = runsFor(3_600_000);
  await onJob(world, async (job, watch) => {
    using wrong = new ObservedJob(watch, job.ref, "man");
    await expect(wrong.until(() => wrong.over, world)).rejects.toThrow(
      'container "man" is none of the pod\'s, which are main',
    );
    expect(world.clock.monotonic()).toBeLessThan(2_000);
    expect(() => new ObservedJob(watch, { ...job.ref, namespace: "No Such" }, "main")).toThrow('namespace "No Such"');
  });
});

test("another Job of the same name is not this one", async () => {
  const world = runsFor(3_600_000);
  await onJob(world, async (job) => {
    await job.until(running(job), world);
    await deleteJob(world.cluster, job.ref, world.signal);
    await job.until(() => job.podGone, world);
    await startJob(world);
    await world.clock.sleep(10_000);
    expect(job.state.kind).toBe("deleted");
    expect(job.pods).toHaveLength(1);
  });
});

test("each pod of a Job that retries is told apart; the first stays the pod that the view speaks of", async () => {
  const world = runsFor(1_000, 1);
  const spec = {
    backoffLimit: 1,
    template: { spec: { restartPolicy: "Never", containers: [{ name: CONTAINER, image: "image:1" }] } },
  };
  const create = (): Promise<Job> =>
    world.cluster.request<Job>("POST", collectionPath.jobs(NAMESPACE), { body: { metadata: { name: "job" }, spec } });
  await onJob(
    world,
    async (job) => {
      await job.until(() => job.over, world);
      const first = podName(job);
      expect(job.state.kind).toBe("active");
      await job.until(() => job.state.kind === "failed", world);
      expect(job.pods).toHaveLength(2);
      expect(podName(job)).toBe(first);
    },
    create,
  );
});

test("an observation keeps its watches running, whoever else leaves them", async () => {
  const world = runsFor(10_000);
  await onJob(world, async (job, watch) => {
    watch[Symbol.dispose]();
    await job.until(() => job.over, world);
    expect(job.end?.exitCode).toBe(0);
    job[Symbol.dispose]();
    await world.clock.sleep(1_000);
    expect(world.sim.faults.openStreams).toEqual([]);
  });
});

describe("waiting", () => {
  test("ends with the observation, and so does what is asked of it later; what was seen stays", async () => {
    const world = runsFor(3_600_000);
    await onJob(world, async (job) => {
      await job.until(running(job), world);
      const waiting = job.until(() => job.over, world);
      job[Symbol.dispose]();
      await expect(waiting).rejects.toThrow("the observation of Job job has ended");
      await expect(job.until(() => job.over, world)).rejects.toThrow("has ended");
      await job.until(() => job.started, world);
    });
  });

  test("ends at once with the signal, with its reason", async () => {
    const world = runsFor(3_600_000);
    await onJob(world, async (job) => {
      const stop = new AbortController();
      const reason = new Error("enough");
      const waiting = job.until(() => job.over, { signal: stop.signal });
      void world.clock.sleep(7_000).then(() => stop.abort(reason));
      await expect(waiting).rejects.toBe(reason);
      expect(world.clock.monotonic()).toBe(7_000);
    });
  });

  test("does not take an API server that is away for the end of the Job (complaint 12)", async () => {
    const world = runsFor(60_000);
    await onJob(world, async (job) => {
      await job.until(running(job), world);
      world.sim.faults.restart(120_000);
      await job.until(() => job.over, world);
      expect(job.end?.exitCode).toBe(0);
      expect(world.clock.monotonic()).toBeGreaterThan(120_000);
    });
  });

  test("is given up with the cluster's error when the API server is away for too long", async () => {
    const world = runsFor(60_000);
    await onJob(world, async (job) => {
      await job.until(running(job), world);
      world.sim.faults.restart(3_600_000);
      const waiting = job.until(() => job.over, { signal: world.signal, outageMs: 60_000 });
      await expect(waiting).rejects.toMatchObject({ name: "KubernetesError", status: null });
      expect(world.clock.monotonic()).toBeLessThan(90_000);
    });
  });
});
