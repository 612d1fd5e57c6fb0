import { expect } from "vitest";
import { KitRandom } from "../random.ts";
import { until } from "../until.ts";
import { endlessLines } from "../writers.ts";
import { expectExact, type KitScenario } from "./scenario.ts";

const CUTS = 100;
/** At least: the container writes on until the last cut. */
const LINES = 10_000;
/** However slow the machine, milliseconds. */
const BOUND_MS = 600_000;
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
    const pod = await world.start({ main: endlessLines({ paced: false, burst: 20, pauseSeconds: 0.2, bytes: 120 }) });
    const signal = AbortSignal.timeout(BOUND_MS);
    const { recording, measure } = await world.follow({ cluster, pod, container: "main", signal });
    await until(() => proxy.cuts >= CUTS && recording.lines >= LINES, signal);
    await world.flag(pod, "stop");
    const measured = await measure();
    report({ ...measured, cuts: proxy.cuts, seed: random.seed });
    expectExact(measured);
    expect(measured.written).toBeGreaterThanOrEqual(LINES);
    expect(proxy.cuts).toBe(CUTS);
  },
};
