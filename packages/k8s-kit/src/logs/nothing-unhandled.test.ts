import type { ContainerIo } from "@opencode-k8s/kube-sim";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { followJobEvents } from "../../test/followed-pod.ts";
import { simCluster, type SimCluster } from "../../test/sim-cluster.ts";

const LOG = { resource: "pods/log" };

const unhandled: unknown[] = [];
const onUnhandled = (error: unknown): void => void unhandled.push(error);
beforeAll(() => void process.on("unhandledRejection", onUnhandled).on("uncaughtException", onUnhandled));
afterAll(() => void process.off("unhandledRejection", onUnhandled).off("uncaughtException", onUnhandled));
beforeEach(() => void unhandled.splice(0));

/** Rejections are reported a turn of the event loop later. */
async function nothingUnhandled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(unhandled).toEqual([]);
}

const talks = async (io: ContainerIo): Promise<number> => {
  for (let second = 0; second < 10; second += 1) {
    io.print("a line\nand half a ");
    await io.sleep(500);
    io.print("line\n");
    await io.sleep(500);
  }
  return 0;
};

/** Each leaves the follow in that stage at 3,600 ms. */
const stages: readonly (readonly [string, (world: SimCluster) => void])[] = [
  ["before the headers", ({ sim }) => sim.faults.restart(0)],
  ["in mid-line", ({ sim }) => sim.faults.cut(LOG, { afterBytes: 75, how: "stall" })],
  ["in the wait before the next try", ({ sim }) => sim.faults.answer(LOG, { status: 503 }, 1000)],
  ["while the server is away", ({ clock, sim }) => void clock.sleep(2_000).then(() => sim.faults.restart(60_000))],
  ["in the reads after the end", ({ sim }) => sim.faults.cut(LOG, { afterBytes: 75, how: "eof" }, 1000)],
];

describe.each(stages)("complaint 6: nothing is rejected or thrown behind the consumer's back, %s", (_, prepare) => {
  test.each([1, 600, 1_500, 3_600, 7_000, 12_500, 14_000])("when the signal aborts after %i ms", async (ms) => {
    const world = simCluster(talks, { timings: { request: 50 } });
    prepare(world);
    const abort = new AbortController();
    const reason = new Error("enough");
    const run = (async () => {
      for await (const _event of followJobEvents(world, { signal: abort.signal }));
    })();
    void world.clock.sleep(ms).then(() => abort.abort(reason));
    await expect(world.clock.run(run.then(() => Promise.reject(reason)))).rejects.toBe(reason);
    await world.clock.advance(1);
    expect(world.sim.faults.openStreams.filter(({ resource }) => resource === "pods/log")).toEqual([]);
    await nothingUnhandled();
  });

  test.each([1, 3, 10])("when its consumer leaves after %i events", async (count) => {
    const world = simCluster(talks);
    prepare(world);
    let seen = 0;
    await world.clock.run(
      (async () => {
        for await (const _event of followJobEvents(world)) if (++seen === count) break;
      })().catch((error: unknown) => expect(error).toMatchObject({ status: 503 })),
    );
    await world.clock.advance(1);
    expect(world.sim.faults.openStreams).toEqual([]);
    await nothingUnhandled();
  });
});
