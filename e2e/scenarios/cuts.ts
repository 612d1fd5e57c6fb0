import { expect } from "vitest";
import { KitRandom } from "../kit/random.ts";
import { expectCollected, expectWhole } from "../world/index.ts";
import { ANSWER } from "./script.ts";
import { scriptedRun } from "./scripted-run.ts";
import type { Scenario } from "./scenario.ts";
import { wayThroughProxy } from "./through-proxy.ts";

const CUTS = 100;
/** However slow the machine, milliseconds. */
const BOUND_MS = 600_000;
/** 100 lines of 250 bytes a second. */
const BURST = { lines: 20, bytes: 250, pauseSeconds: 0.2 } as const;
/** A resume repeats up to two seconds: 50 kB at this rate. So about half of the cuts come in the middle of a replay. */
const LONGEST_BYTES = 75_000;

export const cuts: Scenario = {
  name: "the stream of the log cut 100 times at random bytes",
  fault: { group: "The way to the API server", expected: "the run succeeds, its log is whole" },
  only: "cluster",
  async play(world) {
    const random = new KitRandom();
    const { proxy, kubeconfig } = await wayThroughProxy(world);
    proxy.fate = (path) => {
      if (!path.includes("/log?") || proxy.cuts >= CUTS) return { kind: "pass" };
      return { kind: "cut", afterBytes: random.integer(LONGEST_BYTES) };
    };
    const run = await scriptedRun(world, BURST, { config: { kubeconfig } });
    await run.heartbeat.untilEvents(1);
    await world.eventually(BOUND_MS, `${CUTS} cuts`, () => proxy.cuts >= CUTS || run.heartbeat.ended);
    await run.stop();

    const result = await run.heartbeat.result;
    expect(result.errorMessage ?? null).toBeNull();
    expect(result).toMatchObject({ exitCode: 0, summary: ANSWER });
    expect(proxy.cuts).toBe(CUTS);
    await expectWhole(run);
    await expectCollected(world, run);
  },
};
