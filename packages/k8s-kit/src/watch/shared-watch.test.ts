import { expect, test } from "vitest";
import { type SimCluster, NAMESPACE, simCluster, startJob } from "../../test/sim-cluster.ts";
import { deleteJob } from "../jobs/index.ts";
import { collectionPath, type Job } from "../objects.ts";
import { type Change, type SharedWatch, sharedWatch } from "./shared-watch.ts";

const JOBS = collectionPath.jobs(NAMESPACE);
const watchOf = ({ cluster }: SimCluster): SharedWatch<Job> => sharedWatch<Job>(cluster, { path: JOBS });
const count = ({ sim }: SimCluster, verb: "list" | "watch"): number =>
  sim.requests.filter((request) => request.verb === verb && request.resource === "jobs").length;

/** Collects what a consumer sees, in words. */
function consume(watch: SharedWatch<Job>, signal: AbortSignal): string[] {
  const seen: string[] = [];
  void (async () => {
    for await (const { type, object } of watch.changes(() => true, signal))
      seen.push(`${type} ${object.metadata?.name}`);
  })();
  return seen;
}

/** Plays in virtual time, on a watch that is in use and in sync. */
function onWatch(world: SimCluster, play: (watch: SharedWatch<Job>) => Promise<void>): Promise<void> {
  return world.clock.run(
    (async () => {
      const watch = watchOf(world);
      using _ = watch.use();
      await watch.synced(world.signal);
      await play(watch);
    })(),
  );
}

const uidOf = (job: Job): { namespace: string; name: string; uid: string } => ({
  namespace: NAMESPACE,
  name: job.metadata?.name ?? "",
  uid: job.metadata?.uid ?? "",
});

test("a consumer gets the present first, then each change", async () => {
  const world = simCluster();
  await world.clock.run(
    (async () => {
      const watch = watchOf(world);
      using _ = watch.use();
      await startJob(world, "before");
      await watch.synced(world.signal);
      const early = consume(watch, world.signal);
      await startJob(world, "after");
      await world.clock.sleep(60_000);
      const late = consume(watch, world.signal);
      await world.clock.sleep(1);
      expect(early[0]).toBe("present before");
      expect(early).toContain("present after");
      expect(late.toSorted()).toEqual(["present after", "present before"]);
    })(),
  );
});

test("everybody shares one list and one watch; the last user to leave closes it", async () => {
  const world = simCluster();
  await world.clock.run(
    (async () => {
      const users = Array.from({ length: 50 }, () => watchOf(world).use());
      await Promise.all(users.map(() => watchOf(world).synced(world.signal)));
      expect([count(world, "list"), count(world, "watch")]).toEqual([1, 1]);
      users.slice(1).forEach((user) => user[Symbol.dispose]());
      await world.clock.sleep(1);
      expect(world.sim.faults.openStreams).toHaveLength(1);
      users[0]?.[Symbol.dispose]();
      await world.clock.sleep(1);
      expect(world.sim.faults.openStreams).toEqual([]);
    })(),
  );
});

test("a quiet watch is left alone: bookmarks keep it alive, and only the server ends it (complaint 4)", async () => {
  const world = simCluster();
  await onWatch(world, async (watch) => {
    await world.clock.sleep(7 * 60_000);
    expect([count(world, "list"), count(world, "watch"), watch.health().restarts]).toEqual([1, 1, 0]);
  });
});

test("a watch that is silent beyond its bookmarks is opened again (complaint 2)", async () => {
  const world = simCluster();
  world.sim.faults.cut({ verb: "watch" }, { afterBytes: 0, how: "stall" });
  await world.clock.run(
    (async () => {
      const watch = watchOf(world);
      using _ = watch.use();
      const seen = consume(watch, world.signal);
      await watch.synced(world.signal);
      await startJob(world, "unseen");
      await world.clock.sleep(100_000);
      expect(seen).toContain("present unseen");
      expect(watch.health()).toMatchObject({ restarts: 1, lost: null });
    })(),
  );
});

test("what was deleted while the server was away is reported after it (complaint 2)", async () => {
  const world = simCluster();
  await world.clock.run(
    (async () => {
      const watch = watchOf(world);
      using _ = watch.use();
      const kept = await startJob(world, "kept");
      const gone = await startJob(world, "gone");
      await watch.synced(world.signal);
      const seen = consume(watch, world.signal);
      await world.clock.sleep(1_000);
      // The watch loses its connection, and by the time it can be back its resourceVersion is too old.
      world.sim.faults.answer({ verb: "watch" }, { status: 503 });
      world.sim.faults.cutOpen({ verb: "watch" });
      await deleteJob(world.cluster, uidOf(gone), world.signal);
      world.sim.compact();
      await world.clock.sleep(30_000);
      expect(seen).toContain("deleted gone");
      expect(watch.objects().map((job) => job.metadata?.uid)).toEqual([kept.metadata?.uid]);
      expect(count(world, "list")).toBe(2);
    })(),
  );
});

test.each(["status", "event"])("410 as %s lists again", async (form) => {
  const world = simCluster();
  await onWatch(world, async (watch) => {
    if (form === "status") world.sim.faults.answer({ verb: "watch" }, { status: 410 });
    else world.sim.compact();
    world.sim.faults.cutOpen({ verb: "watch" });
    await startJob(world, "later");
    await world.clock.sleep(30_000);
    expect(watch.objects()).toHaveLength(1);
    expect(watch.health().lost).toBeNull();
  });
});

test("a server that is away is asked with growing waits, never in a storm, and for ever (complaint 3)", async () => {
  const world = simCluster();
  await onWatch(world, async (watch) => {
    const before = world.sim.requests.length;
    world.sim.faults.restart(600_000);
    await world.clock.sleep(599_000);
    const tries = world.sim.requests.length - before;
    expect(tries).toBeGreaterThan(60);
    expect(tries).toBeLessThan(150);
    expect(watch.health().lost).toMatchObject({ status: null });
    await world.clock.sleep(20_000);
    expect(watch.health().lost).toBeNull();
  });
});

test("Retry-After is waited for", async () => {
  const world = simCluster();
  await world.clock.run(
    (async () => {
      world.sim.faults.answer({ verb: "list" }, { status: 429, retryAfterSeconds: 30 });
      const watch = watchOf(world);
      using _ = watch.use();
      await watch.synced(world.signal);
      expect(world.clock.monotonic()).toBeGreaterThanOrEqual(30_000);
      expect(count(world, "list")).toBe(2);
    })(),
  );
});

test("a first list that is forbidden is told at once; one that comes later may succeed", async () => {
  const world = simCluster();
  await world.clock.run(
    (async () => {
      world.sim.faults.answer({ verb: "list" }, { status: 403, message: "cannot list jobs" });
      const watch = watchOf(world);
      using _ = watch.use();
      await expect(watch.synced(world.signal)).rejects.toMatchObject({ status: 403 });
      await watch.synced(world.signal);
    })(),
  );
});

test("a consumer that is slow gets the latest state of each object, not each state", async () => {
  const world = simCluster(async (io) => {
    await io.sleep(5_000);
    return 0;
  });
  const seen: Change<Job>[] = [];
  await onWatch(world, async (watch) => {
    const job = await startJob(world);
    for await (const change of watch.changes(() => true, world.signal)) {
      seen.push(change);
      await world.clock.sleep(120_000);
      if (seen.length === 1) await deleteJob(world.cluster, uidOf(job), world.signal);
      if (change.type === "deleted") break;
    }
  });
  expect(seen.length).toBeLessThanOrEqual(3);
  expect(seen.at(-1)?.type).toBe("deleted");
});

test("is in sync only when the watch is open, too: a missing right to watch is told before anything is done", async () => {
  const world = simCluster();
  await world.clock.run(
    (async () => {
      world.sim.faults.answer({ verb: "watch" }, { status: 403, message: "cannot watch jobs" }, 100);
      const watch = watchOf(world);
      using _ = watch.use();
      await expect(watch.synced(world.signal)).rejects.toMatchObject({ status: 403 });
    })(),
  );
});

test("a view that was lost is not in sync until it is back", async () => {
  const world = simCluster();
  await onWatch(world, async (watch) => {
    world.sim.faults.restart(8_000);
    await world.clock.sleep(100);
    await watch.synced(world.signal);
    expect(world.clock.monotonic()).toBeGreaterThanOrEqual(8_000);
  });
});

test("a consumer whose predicate throws gets what it threw, and disturbs nobody else", async () => {
  const world = simCluster();
  await onWatch(world, async (watch) => {
    const mine = new Error("mine");
    const throwing = (async () => {
      const wants = (): never => {
        throw mine;
      };
      for await (const _ of watch.changes(wants, world.signal)) expect.unreachable();
    })();
    const thrown = throwing.catch((error: unknown) => error);
    const seen = consume(watch, world.signal);
    await startJob(world, "a");
    await world.clock.sleep(100);
    expect(await Promise.race([thrown, Promise.resolve("nothing")])).toBe(mine);
    expect(seen).toContain("present a");
  });
});

test("a selector that no server would accept is refused before anything is asked", () => {
  const { cluster, sim } = simCluster();
  expect(() => sharedWatch(cluster, { path: JOBS, labelSelector: "run=a b" })).toThrow(
    'labelSelector "run=a b" has a part "run=a b" that is none of a=b, a!=b, a in (b,c), a notin (b,c), a, !a',
  );
  expect(sim.requests).toEqual([]);
});
