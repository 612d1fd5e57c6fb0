import { expect } from "vitest";
import { KitRandom } from "../random.ts";
import { numberedLines } from "../writers.ts";
import { expectExact, type KitScenario } from "./scenario.ts";

const CUTS = 100;
const LINES = 10_000;
/** A resume repeats up to two seconds: 30 kB at this rate. So about half of the cuts come in the middle of a replay. */
const LONGEST_BYTES = 45_000;

export const cuts: KitScenario = {
  name: "the stream cut 100 times over 10,000 lines: in mid-line, in mid-character, during the replay",
  async play(world, report) {
    const random = new KitRandom();
    const proxy = await world.proxy();
    const cluster = await world.connect(proxy);
    proxy.fate = (path) => {
      if (!path.includes("/log?") || proxy.cuts >= CUTS) return { kind: "pass" };
      return { kind: "cut", afterBytes: random.integer(LONGEST_BYTES) };
    };
    const pod = await world.start({ main: numberedLines({ lines: LINES, burst: 20, pauseSeconds: 0.2, bytes: 120 }) });
    const { measure } = await world.follow({
      cluster,
      pod,
      container: "main",
      signal: AbortSignal.timeout(240_000),
    });
    const measured = await measure();
    report({ ...measured, cuts: proxy.cuts, seed: random.seed });
    expectExact(measured);
    expect(measured.written).toBe(LINES);
    expect(proxy.cuts).toBe(CUTS);
  },
};
