import { expect, test } from "vitest";
import { followJob, startPod } from "../../test/followed-pod.ts";
import { LOG, logRequests, numbered, texts, ticking } from "../../test/numbered-lines.ts";
import { CONTAINER, NAMESPACE, simCluster } from "../../test/sim-cluster.ts";
import { Cluster, DeadlineError, type Fetch } from "../index.ts";
import { type FollowedContainer, followLog } from "./index.ts";

/** A container that nobody asks the server for. */
const NOWHERE: FollowedContainer = {
  namespace: NAMESPACE,
  pod: "pod",
  podUid: "uid",
  container: CONTAINER,
  state: () => ({ kind: "gone" }),
  changed: () => Promise.resolve(),
};

test("a container that the pod does not have is an error at once", async () => {
  const world = simCluster(ticking(1000, 1000));
  const follow = async (change: Partial<FollowedContainer>): Promise<void> => {
    using pod = await startPod(world);
    const container = { ...pod.container, ...change };
    for await (const _ of followLog(world.cluster, container, { signal: world.signal }));
  };
  await expect(world.clock.run(follow({ container: "zz" }))).rejects.toMatchObject({
    status: 400,
    message: expect.stringContaining("container zz is not valid for pod pod"),
  });
  expect(world.clock.monotonic()).toBeLessThan(10_000);
});

test.each<[string, Partial<FollowedContainer>]>([
  ["namespace", { namespace: "a/b" }],
  ["pod", { pod: "" }],
  ["container", { container: "UPPER" }],
])("a %s that none can have is an error before any request", async (field, change) => {
  const { cluster, signal, sim } = simCluster();
  const container = { ...NOWHERE, ...change };
  await expect(followLog(cluster, container, { signal }).next()).rejects.toMatchObject({
    name: "InvalidInputError",
    field,
  });
  expect(sim.requests).toEqual([]);
});

test.each(["maxLineBytes", "readAheadBytes", "idleReopenMs"] as const)(
  "an option out of range is named: %s",
  async (option) => {
    const { cluster, signal } = simCluster();
    const follow = followLog(cluster, NOWHERE, { signal, [option]: 0 });
    await expect(follow.next()).rejects.toThrow(new RegExp(`followLog: ${option} is 0: at least`));
  },
);

test("a log that may not be read is an error, once the refusal has lasted", async () => {
  const world = simCluster(ticking(1000, 1000));
  world.sim.faults.answer(LOG, { status: 403, message: "pods/log is forbidden" }, 1000);
  await expect(world.clock.run(followJob(world))).rejects.toMatchObject({ status: 403 });
  expect(world.clock.monotonic()).toBeLessThan(60_000);
});

test("one refusal, by a server that has just started, is no verdict", async () => {
  const world = simCluster(ticking(10, 1000));
  world.sim.faults.answer(LOG, { status: 403, message: "pods/log is forbidden" });
  expect(texts(await world.clock.run(followJob(world)))).toEqual(numbered(10));
});

test("short cuts of a stream that never brought a byte do not add up", async () => {
  const world = simCluster(async (io) => {
    await io.sleep(30 * 60_000);
    io.print("late\n");
    return 0;
  });
  for (const minute of [1, 12, 23]) {
    void world.clock.sleep(minute * 60_000).then(() => world.sim.faults.restart(2_000));
  }
  expect(texts(await world.clock.run(followJob(world)))).toEqual(["late"]);
});

test.each(["stall", "reset"] as const)("reads of a finished log that only ever %s come to an end", async (how) => {
  const world = simCluster(async (io) => {
    io.print("known\nunread\n");
    await io.sleep(2_000);
    return 0;
  });
  world.sim.faults.cut(LOG, { afterBytes: 40, how }, 100_000);
  const events = await world.clock.run(followJob(world));
  expect(events.at(-1)).toEqual({ type: "end", complete: false });
  expect(world.clock.monotonic()).toBeLessThan(900_000);
});

test("a right to read that is lost on the way is waited for", async () => {
  const world = simCluster(ticking(20, 1000));
  world.sim.faults.cut(LOG, { afterBytes: 200 });
  const run = followJob(world);
  void world.clock.sleep(4_000).then(() => world.sim.faults.answer(LOG, { status: 401 }, 6));
  expect(texts(await world.clock.run(run))).toEqual(numbered(20));
});

test("a finished log that is answered with errors alone is given up after half a minute, incomplete", async () => {
  const world = simCluster(async (io) => {
    await io.sleep(1_000);
    return 0;
  });
  world.sim.faults.answer(LOG, { status: 500 }, 10_000);
  const events = await world.clock.run(followJob(world));
  expect(events).toEqual([{ type: "end", complete: false }]);
  expect(world.clock.monotonic()).toBeLessThan(60_000);
});

test("a cluster that this program closed ends a follow at once", async () => {
  const world = simCluster(ticking(100_000, 1000));
  const run = followJob(world);
  void world.clock.sleep(5_000).then(async () => {
    await world.cluster.close();
    world.sim.faults.restart(0);
  });
  await expect(world.clock.run(run)).rejects.toThrow("closed by this program");
  expect(world.clock.monotonic()).toBeLessThan(7_000);
});

test("a pod that may not be read, though its log may, is an error once the refusal has lasted", async () => {
  const world = simCluster(ticking(100_000, 1000));
  world.sim.faults.answer({ resource: "pods", verb: "get" }, { status: 403, message: "pods is forbidden" }, 1000);
  const follow = async (): Promise<void> => {
    using pod = await startPod(world, "OnFailure");
    for await (const _ of followLog(world.cluster, pod.container, { signal: world.signal }));
  };
  await expect(world.clock.run(follow())).rejects.toMatchObject({ status: 403 });
  expect(world.clock.monotonic()).toBeLessThan(60_000);
});

test("a log that cannot be read for ten minutes while its container runs is an error", async () => {
  const world = simCluster(ticking(100_000, 1000));
  world.sim.faults.answer(LOG, { status: 502 }, 100_000);
  await expect(world.clock.run(followJob(world))).rejects.toMatchObject({ status: 502 });
  expect(world.clock.monotonic()).toBeLessThan(700_000);
});

test.each([60_000, 1_800_000])("or for as long as the caller says: %i ms", async (giveUpMs) => {
  const world = simCluster(ticking(100_000, 1000));
  world.sim.faults.answer(LOG, { status: 502 }, 100_000);
  await expect(world.clock.run(followJob(world, { giveUpMs }))).rejects.toMatchObject({ status: 502 });
  expect(world.clock.monotonic()).toBeGreaterThan(giveUpMs);
  expect(world.clock.monotonic()).toBeLessThan(giveUpMs + 100_000);
});

test("a server that takes requests for a log and says nothing is given up after ten minutes, too", async () => {
  const world = simCluster(ticking(100_000, 1000));
  const { sim, clock, signal } = world;
  const untilAborted = (_: string, { signal: call }: RequestInit): Promise<Response> =>
    new Promise((__, reject) => call?.addEventListener("abort", () => reject(call.reason as Error)));
  const stream: Fetch = (url, init) => (url.includes("/log?") ? untilAborted(url, init) : sim.fetch(url, init));
  const transport = { call: sim.fetch, stream, headers: () => Promise.resolve({}), close: () => Promise.resolve() };
  const cluster = new Cluster({ server: "https://sim", transport, clock, random: () => 0.5 });
  const tooLate = new AbortController();
  void clock.sleep(3_600_000, tooLate.signal).then(
    () => tooLate.abort(new Error("it hangs")),
    () => undefined,
  );
  const run = followJob({ ...world, cluster, signal: AbortSignal.any([signal, tooLate.signal]) });
  await expect(clock.run(run)).rejects.toBeInstanceOf(DeadlineError);
  expect(clock.monotonic()).toBeLessThan(700_000);
  tooLate.abort();
});

test("streams that end at once are opened again with growing waits, also when each repeats what is known", async () => {
  const world = simCluster(async (io) => {
    io.print("known\n");
    await io.sleep(60_000);
    return 0;
  });
  world.sim.faults.cut(LOG, { afterBytes: 60, how: "eof" }, 10_000);
  await world.clock.run(followJob(world));
  expect(logRequests(world)).toBeLessThan(40);
});
