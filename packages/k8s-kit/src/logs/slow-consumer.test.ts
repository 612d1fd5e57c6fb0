import type { ContainerIo } from "@opencode-k8s/kube-sim";
import { expect, test } from "vitest";
import { followJobEvents } from "../../test/followed-pod.ts";
import { logRequests, numbered, texts } from "../../test/numbered-lines.ts";
import { CONTAINER, NAMESPACE, simCluster, type SimCluster } from "../../test/sim-cluster.ts";
import type { LogEvent } from "./index.ts";

/** Takes a minute for the first line of many. */
async function slowly(world: SimCluster, readAheadBytes: number): Promise<string[]> {
  const events: LogEvent[] = [];
  for await (const event of followJobEvents(world, { readAheadBytes })) {
    events.push(event);
    if (events.length === 1) await world.clock.sleep(600_000);
  }
  return texts(events);
}
const chatty = async (io: ContainerIo): Promise<number> => {
  for (const line of numbered(2000)) {
    io.print(`${line} ${"x".repeat(100)}\n`);
    if (line.endsWith("00")) await io.sleep(1000);
  }
  return 0;
};

test("a consumer that is slow does not hold up the socket while the buffer has room, and is not cut for its silence when it has none", async () => {
  const roomy = simCluster(chatty);
  const tight = simCluster(chatty);
  expect(await roomy.clock.run(slowly(roomy, 1 << 20))).toHaveLength(2000);
  expect(await tight.clock.run(slowly(tight, 20_000))).toHaveLength(2000);
  // A follow and a read that adds nothing, as of any log.
  expect([logRequests(roomy), logRequests(tight)]).toEqual([2, 2]);
});

test("a consumer that is slow is told of what was rotated away behind it, though the kubelet leaves that out without a word", async () => {
  const world = simCluster(async (io) => {
    for (const line of numbered(3000)) {
      io.print(`${line} ${"x".repeat(100)}\n`);
      if (line.endsWith("00")) await io.sleep(1000);
    }
    return 0;
  });
  for (const ms of [8_000, 12_000, 16_000])
    void world.clock.sleep(ms).then(() => world.sim.rotateLog(NAMESPACE, "pod", CONTAINER));
  const events: LogEvent[] = [];
  await world.clock.run(
    (async () => {
      for await (const event of followJobEvents(world, { readAheadBytes: 20_000 })) {
        events.push(event);
        if (events.length === 100) await world.clock.sleep(20_000);
      }
    })(),
  );
  const numbers = events.map((event) => (event.type === "line" ? Number(event.text.split(" ")[1]) : event.type));
  const at = numbers.indexOf("gap");
  expect(at).toBeGreaterThan(100);
  expect(numbers.slice(0, at)).toEqual(Array.from({ length: at }, (_, index) => index + 1));
  const first = Number(numbers[at + 1]);
  expect(first).toBeGreaterThan(at + 1);
  expect(numbers.slice(at + 1, -1)).toEqual(Array.from({ length: 3001 - first }, (_, index) => first + index));
  expect(events.at(-1)).toEqual({ type: "end", complete: false });
});

test("a consumer that is slow gets a line once that was alone in the newest file when the kubelet opened it, and opened it again", async () => {
  const world = simCluster(async (io) => {
    for (const line of numbered(3000)) io.print(`${line} ${"x".repeat(100)}\n`);
    await io.sleep(1_500);
    io.print("before\n");
    await io.sleep(1_000);
    io.print("alone\n");
    await io.sleep(30_000);
    io.print("last\n");
    return 0;
  });
  for (const ms of [2_500, 2_800])
    void world.clock.sleep(ms).then(() => world.sim.rotateLog(NAMESPACE, "pod", CONTAINER));
  const events: LogEvent[] = [];
  await world.clock.run(
    (async () => {
      for await (const event of followJobEvents(world, { readAheadBytes: 20_000 })) {
        events.push(event);
        if (events.length === 1) await world.clock.sleep(20_000);
      }
    })(),
  );
  expect(texts(events).slice(-3)).toEqual(["before", "alone", "last"]);
  expect(texts(events)).toHaveLength(3003);
});

test("a consumer that is slow gets all that had come before the connection was lost, and then the rest", async () => {
  const world = simCluster(chatty);
  void world.clock.sleep(10_000).then(() => world.sim.faults.restart(3_000));
  expect(await world.clock.run(slowly(world, 1 << 20))).toEqual(
    numbered(2000).map((line) => `${line} ${"x".repeat(100)}`),
  );
});

test("a consumer that is slow is told that the end of the log was rotated away behind it", async () => {
  const world: SimCluster = simCluster(async (io) => {
    for (const line of numbered(2000)) {
      io.print(`${line} ${"x".repeat(100)}\n`);
      if (line.endsWith("00")) await io.sleep(1000);
    }
    world.sim.rotateLog(NAMESPACE, io.pod.metadata.name, CONTAINER);
    return 0;
  });
  void world.clock.sleep(8_000).then(() => world.sim.rotateLog(NAMESPACE, "pod", CONTAINER));
  const events: LogEvent[] = [];
  await world.clock.run(
    (async () => {
      for await (const event of followJobEvents(world, { readAheadBytes: 20_000 })) {
        events.push(event);
        if (events.length === 100) await world.clock.sleep(60_000);
      }
    })(),
  );
  const lines = texts(events);
  expect(lines.length).toBeLessThan(2000);
  const last = events.findLast((event) => event.type === "line");
  expect(events.slice(lines.length)).toEqual([
    { type: "gap", after: last?.stamp, before: null },
    { type: "end", complete: false },
  ]);
});
