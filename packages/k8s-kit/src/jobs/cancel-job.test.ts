import { expect, test } from "vitest";
import { onJob } from "../../test/observed-job.ts";
import { simCluster, type SimCluster, startJob } from "../../test/sim-cluster.ts";
import { cancelJob } from "./cancel-job.ts";

/** A container that takes no notice of SIGTERM: it lasts until its grace of 30 s is over. */
const stubborn = (): SimCluster => simCluster((io) => io.sleep(3_600_000).then(() => 0));
/** One that ends when it is told to. */
const obedient = (): SimCluster => simCluster((io) => io.clock.sleep(3_600_000, io.stopped).then(() => 0));
const CANCEL = { timeoutMs: 60_000 };

test("deletes the Job, and is done when its pod is gone", async () => {
  const world = obedient();
  await onJob(world, async (job) => {
    await job.until(() => job.started, world);
    expect(await cancelJob(job, CANCEL)).toEqual({ gone: true, errors: [] });
    expect([job.state.kind, job.podGone]).toEqual(["deleted", true]);
  });
});

test("a pod that has not come into view is looked for", async () => {
  const world = simCluster();
  await onJob(world, async (job) => {
    expect(await cancelJob(job, CANCEL)).toEqual({ gone: true, errors: [] });
    expect(world.sim.requests.some(({ verb, resource }) => verb === "list" && resource === "pods")).toBe(true);
  });
});

test("waits for the log to be drained, and for no longer than its bound", async () => {
  const world = obedient();
  await onJob(world, async (job) => {
    await job.until(() => job.started, world);
    const drained = world.clock.sleep(20_000);
    await cancelJob(job, { ...CANCEL, drained });
    expect(world.clock.monotonic()).toBeGreaterThanOrEqual(20_000);
    const never = new Promise(() => undefined);
    const late = await cancelJob(job, { ...CANCEL, drained: never });
    expect(late).toMatchObject({ gone: true, errors: [{ name: "DeadlineError" }] });
  });
});

test("a log that breaks off before the pods are gone is told with the rest, and is no unhandled rejection", async () => {
  const world = obedient();
  const unhandled: unknown[] = [];
  const listen = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", listen);
  try {
    await onJob(world, async (job) => {
      await job.until(() => job.started, world);
      const broken = new Error("the log broke off");
      expect(await cancelJob(job, { ...CANCEL, drained: Promise.reject(broken) })).toEqual({
        gone: true,
        errors: [broken],
      });
    });
    await new Promise(setImmediate); // Node tells of rejections between two turns of its loop.
  } finally {
    process.off("unhandledRejection", listen);
  }
  expect(unhandled).toEqual([]);
});

test("who may watch and delete, but not get, sees the pods go all the same", async () => {
  const world = obedient();
  await onJob(world, async (job) => {
    await job.until(() => job.started, world);
    world.sim.faults.answer({ verb: "get" }, { status: 403 }, 100);
    expect(await cancelJob(job, CANCEL)).toEqual({ gone: true, errors: [] });
  });
});

test("an observation that is ended meanwhile ends it, and says so", async () => {
  const world = stubborn();
  await onJob(world, async (job) => {
    await job.until(() => job.started, world);
    const cancelled = cancelJob(job, CANCEL);
    await world.clock.sleep(5_000);
    job[Symbol.dispose]();
    expect(await cancelled).toMatchObject({
      gone: false,
      errors: [{ message: "the observation of Job job has ended" }],
    });
    expect(world.clock.monotonic()).toBeLessThan(10_000);
  });
});

test("an API server that is away is waited for; its bound ends the wait, and says so", async () => {
  const world = obedient();
  await onJob(world, async (job) => {
    await job.until(() => job.started, world);
    world.sim.faults.restart(20_000);
    expect((await cancelJob(job, CANCEL)).gone).toBe(true);
  });
  const away = obedient();
  await onJob(away, async (job) => {
    away.sim.faults.restart(3_600_000);
    const { gone, errors } = await cancelJob(job, CANCEL);
    expect([gone, errors.length]).toEqual([false, 1]);
    expect(away.clock.monotonic()).toBe(60_000);
  });
});

test("what is forbidden is told at once", async () => {
  const world = simCluster();
  await onJob(world, async (job) => {
    world.sim.faults.answer({ verb: "delete" }, { status: 403, message: "no" });
    const { gone, errors } = await cancelJob(job, CANCEL);
    expect(gone).toBe(false);
    expect(errors).toMatchObject([{ status: 403 }]);
  });
});

test("a shorter grace is given to the pods; one that cannot be is told, and the pods take their own", async () => {
  const cancelled = async (
    gracePeriodSeconds?: number,
    refused = false,
  ): Promise<[seconds: number, errors: number]> => {
    const world = stubborn();
    let took: [number, number] = [0, 0];
    await onJob(
      world,
      async (job) => {
        await job.until(() => job.started, world);
        const since = world.clock.monotonic();
        if (refused) world.sim.faults.answer({ verb: "delete", resource: "pods" }, { status: 403, message: "no" });
        const options = gracePeriodSeconds === undefined ? CANCEL : { ...CANCEL, gracePeriodSeconds };
        const { gone, errors } = await cancelJob(job, options);
        expect(gone).toBe(true);
        took = [Math.round((world.clock.monotonic() - since) / 1000), errors.length];
      },
      () => startJob(world),
    );
    return took;
  };
  const [own] = await cancelled();
  const [shortened, errors] = await cancelled(5);
  expect(own).toBeGreaterThanOrEqual(30);
  expect(shortened).toBeLessThan(10);
  expect(errors).toBe(0);
  const [refused, collected] = await cancelled(5, true);
  expect(refused).toBeGreaterThanOrEqual(30);
  expect(collected).toBe(1);
});

test("a grace of 0 is taken for 1: forced out of sight, a pod would be gone while its containers go on", async () => {
  const world = stubborn();
  await onJob(world, async (job) => {
    await job.until(() => job.started, world);
    expect((await cancelJob(job, { ...CANCEL, gracePeriodSeconds: 0 })).gone).toBe(true);
    expect(job.end?.exitCode).toBe(137);
  });
});
