import { expect, test } from "vitest";
import { eventLine, listedJob, type ScriptedWatch, scriptedWatch } from "../../test/scripted-watch.ts";
import { NAMESPACE, type SimCluster, simCluster, startJob } from "../../test/sim-cluster.ts";
import { Cluster } from "../cluster/cluster.ts";
import { deleteJob, refOf } from "../jobs/index.ts";
import { collectionPath, type Job, type Pod } from "../objects.ts";
import { Backoff } from "../time/backoff.ts";
import { RELIST_MS } from "./reflector.ts";
import { sharedWatch } from "./shared-watch.ts";

const never = new AbortController().signal;

/** Plays in virtual time while the watch is in use. */
function using(world: ScriptedWatch, play: () => Promise<void>): Promise<void> {
  return world.clock.run(
    (async () => {
      using _ = world.watch.use();
      await play();
    })(),
  );
}

/** The same simulated server, seen by a process whose randomness is `random`. */
function drawing({ sim, clock }: SimCluster, random: () => number): Cluster {
  const transport = {
    call: sim.fetch,
    stream: sim.fetch,
    headers: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  };
  return new Cluster({ server: "https://sim", transport, clock, random });
}

const names = ({ watch }: ScriptedWatch): unknown[] => watch.objects().map((job) => job.metadata?.name);

test("the watch goes on from the list's version, and asks for bookmarks", async () => {
  const world = scriptedWatch([[eventLine("ADDED", listedJob("b", "105"))], []]);
  await using(world, async () => {
    await world.watch.synced(never);
    await world.clock.sleep(300);
    expect(world.watches.map(({ query }) => query.get("resourceVersion")).slice(0, 2)).toEqual(["101", "105"]);
    expect(world.watches[0]?.query.get("allowWatchBookmarks")).toBe("true");
    expect(names(world)).toEqual(["b"]);
  });
});

const BROKEN: readonly (readonly [string, string])[] = [
  ["a page of a proxy", "<html>502</html>"],
  ["half of an event", '{"type":"ADDED","object":{"metadata":{"na'],
  ["a number", "7"],
  ["null", "null"],
  ["an event without an object", '{"type":"ADDED"}'],
  ["an event without metadata", eventLine("MODIFIED", { spec: { token: "secret-token" } })],
  ["an event without a uid", eventLine("DELETED", { metadata: { name: "a", resourceVersion: "7" } })],
  ["a bookmark without a version", eventLine("BOOKMARK", { metadata: {} })],
  ["an event of a kind that there is not", eventLine("RENAMED", listedJob("a", "7"))],
];

test.each(BROKEN)(
  "a line that is no event (%s) is an error of its own, after which all is listed again",
  async (_, line) => {
    const world = scriptedWatch([[line], [eventLine("BOOKMARK", { metadata: { resourceVersion: "9" } })]]);
    world.listed = [listedJob("a")];
    await using(world, async () => {
      await world.watch.synced(never);
      await world.clock.sleep(1);
      const lost = world.watch.health();
      expect(lost).toMatchObject({ restarts: 1, lost: { name: "KubernetesError", status: null } });
      expect(String(lost.lost)).toContain(`a line of ${line.length} characters in the watch is no event`);
      expect(String(lost.lost)).not.toContain("secret-token");
      world.listed = [listedJob("b")];
      await world.watch.synced(never);
      expect(world.lists).toHaveLength(2);
      expect(names(world)).toEqual(["b"]);
    });
  },
);

test("a server that answers each watch with nothing is asked for lists instead, without a storm (complaint 3)", async () => {
  const world = scriptedWatch([[]]);
  await using(world, async () => {
    await world.watch.synced(never);
    world.listed = [listedJob("new")];
    await world.clock.sleep(60_000);
    expect(names(world)).toEqual(["new"]);
    await world.clock.sleep(540_000);
    // Half of the highest ceiling between two tries.
    expect(world.lists.length).toBeGreaterThan(100);
    expect(world.lists.length).toBeLessThan(150);
  });
});

test("whatever the watch says, all is listed again after ten minutes, less a quarter at most (complaint 2)", async () => {
  for (const draw of [0, 0.999]) {
    const world = simCluster();
    const { clock, sim, signal } = world;
    const cluster = drawing(world, () => draw);
    await clock.run(
      (async () => {
        const watch = sharedWatch<Job>(cluster, { path: collectionPath.jobs(NAMESPACE) });
        using _ = watch.use();
        await watch.synced(signal);
        const lists = (): number => sim.requests.filter(({ verb }) => verb === "list").length;
        await clock.sleep(RELIST_MS * (1 - draw / 4) - 2_000);
        expect(lists()).toBe(1);
        await clock.sleep(4_000);
        expect(lists()).toBe(2);
      })(),
    );
  }
});

test("the health says when the server was last heard of, quiet or not (complaint 2)", async () => {
  const world = simCluster();
  const { clock, cluster, sim, signal } = world;
  await clock.run(
    (async () => {
      const watch = sharedWatch<Job>(cluster, { path: collectionPath.jobs(NAMESPACE) });
      expect(watch.health().lastEventAt).toBeNull();
      using _ = watch.use();
      await watch.synced(signal);
      const opened = clock.monotonic();
      expect(watch.health().lastEventAt).toBe(opened);
      await clock.sleep(300_000);
      // A bookmark a minute.
      expect(clock.monotonic() - (watch.health().lastEventAt ?? 0)).toBeLessThan(61_000);
      const before = watch.health().lastEventAt;
      sim.faults.restart(120_000);
      await clock.sleep(100_000);
      expect(watch.health()).toMatchObject({ lastEventAt: before, lost: { status: null } });
    })(),
  );
});

test("the watches of many processes that lost the same server come back spread out (complaint 3)", async () => {
  const returns: number[] = [];
  for (let process = 0; process < 20; process += 1) {
    const world = simCluster();
    const { clock, sim, signal } = world;
    const cluster = drawing(world, () => process / 20);
    await clock.run(
      (async () => {
        const watch = sharedWatch<Job>(cluster, { path: collectionPath.jobs(NAMESPACE) });
        using _ = watch.use();
        await watch.synced(signal);
        const before = sim.requests.length;
        sim.faults.cutOpen({ verb: "watch" });
        const cutAt = clock.now();
        await clock.sleep(Backoff.FIRST_MS);
        returns.push((sim.requests[before]?.at ?? Infinity) - cutAt);
      })(),
    );
  }
  expect(new Set(returns).size).toBe(20);
  expect(Math.max(...returns) - Math.min(...returns)).toBeGreaterThan(Backoff.FIRST_MS / 2);
});

test("a watch that held is no failure in a row, however often a proxy cuts it: it is back within the first wait (complaint 4)", async () => {
  const world = simCluster();
  const { clock, cluster, sim, signal } = world;
  await clock.run(
    (async () => {
      const watch = sharedWatch<Job>(cluster, { path: collectionPath.jobs(NAMESPACE) });
      using _ = watch.use();
      await watch.synced(signal);
      for (let cut = 0; cut < 20; cut += 1) {
        await clock.sleep(45_000);
        sim.faults.cutOpen({ verb: "watch" });
        await clock.sleep(Backoff.FIRST_MS);
        expect(watch.health().lost).toBeNull();
      }
    })(),
  );
});

test("what was deleted during an outage is reported after it, one by one", async () => {
  const world = scriptedWatch([[]]);
  world.listed = ["a", "b", "c"].map((name) => listedJob(name));
  await using(world, async () => {
    await world.watch.synced(never);
    const seen: string[] = [];
    const leave = new AbortController();
    const looking = (async () => {
      for await (const { type, object } of world.watch.changes(() => true, leave.signal)) {
        seen.push(`${type} ${object.metadata?.name}`);
      }
    })();
    world.listed = [listedJob("b")];
    await world.clock.sleep(30_000);
    leave.abort();
    await looking;
    expect(seen.filter((each) => each.startsWith("deleted"))).toEqual(["deleted a", "deleted c"]);
  });
});

test("more objects than a page has are listed in pages, of one version", async () => {
  const world = simCluster();
  const { clock, cluster, sim, signal } = world;
  await clock.run(
    (async () => {
      const path = "/api/v1/namespaces/default/secrets";
      for (let at = 0; at < 501; at += 1) {
        await cluster.request("POST", path, { body: { metadata: { name: `s-${at}` } }, signal });
      }
      const watch = sharedWatch(cluster, { path });
      using _ = watch.use();
      await watch.synced(signal);
      expect(watch.objects()).toHaveLength(501);
      expect(sim.requests.filter(({ verb }) => verb === "list")).toHaveLength(2);
    })(),
  );
});

test.each([{}, null, { status: "ok" }])(
  "an answer that is no list (%j) says nothing of what there is",
  async (answer) => {
    const world = scriptedWatch([[]]);
    world.listed = [listedJob("a")];
    await using(world, async () => {
      await world.watch.synced(never);
      world.answered = answer;
      await world.clock.sleep(2 * RELIST_MS);
      expect(names(world)).toEqual(["a"]);
      expect(world.watch.health().lost).toMatchObject({ name: "KubernetesError", status: null });
      world.answered = undefined;
      await world.clock.sleep(2 * Backoff.HIGHEST_MS);
      expect(world.watch.health().lost).toBeNull();
    });
  },
);

test("a field selector selects, and makes a watch of its own", async () => {
  const world = simCluster();
  const { clock, cluster, sim, signal } = world;
  await clock.run(
    (async () => {
      const path = collectionPath.pods(NAMESPACE);
      const some = sharedWatch<Pod>(cluster, { path, fieldSelector: "status.phase=Succeeded" });
      expect(sharedWatch<Pod>(cluster, { path, fieldSelector: "status.phase=Succeeded" })).toBe(some);
      expect(sharedWatch<Pod>(cluster, { path })).not.toBe(some);
      using _ = some.use();
      await some.synced(signal);
      const job = await startJob(world);
      await clock.sleep(60_000);
      expect(some.objects().map(({ status }) => status?.phase)).toEqual(["Succeeded"]);
      await deleteJob(cluster, refOf(job), signal);
      await clock.sleep(60_000);
      expect(some.objects()).toEqual([]);
      expect(sim.requests.filter(({ verb }) => verb === "watch").length).toBeGreaterThan(0);
    })(),
  );
});

test("that the watch is lost says nothing of what it watched: all objects stay as they were seen (complaint 12)", async () => {
  const world = simCluster();
  const { clock, cluster, sim, signal } = world;
  await clock.run(
    (async () => {
      const watch = sharedWatch<Job>(cluster, { path: collectionPath.jobs(NAMESPACE) });
      using _ = watch.use();
      await watch.synced(signal);
      await startJob(world);
      await clock.sleep(60_000);
      const before = watch.objects();
      expect(before).toHaveLength(1);
      const seen: string[] = [];
      const leave = new AbortController();
      const looking = (async () => {
        for await (const { type } of watch.changes(() => true, leave.signal)) seen.push(type);
      })();
      sim.faults.restart(300_000);
      await clock.sleep(299_000);
      expect(watch.health().lost).not.toBeNull();
      expect(watch.objects()).toEqual(before);
      leave.abort();
      await looking;
      expect(seen).toEqual(["present"]);
    })(),
  );
});
