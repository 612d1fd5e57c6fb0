import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { Measured } from "../comparison.ts";
import { numberedLines } from "../writers.ts";
import { expectExact, type KitScenario } from "./scenario.ts";

/** A kubelet rotates a log beyond 10 MiB when it looks, on real-kube every 3 s: 5 MB a second are enough for every time. */
const FAST = { burst: 3000, pauseSeconds: 0.5, bytes: 1000 } as const;
const BOUND_MS = 240_000;

/** Begins late enough that whoever follows is there: of what was rotated away before, no follower can know. */
function fast(lines: number): string {
  return `sleep 5; ${numberedLines({ ...FAST, lines })}`;
}

export const rotated: KitScenario = {
  name: "the log rotated ten times while it is followed at full speed",
  async play(world, report) {
    const pod = await world.start({ main: fast(300_000) });
    const { files, measure } = await world.follow({
      cluster: world.admin,
      pod,
      container: "main",
      signal: AbortSignal.timeout(BOUND_MS),
    });
    const measured = await measure();
    const rotations = (await files()) - 1;
    report({ ...measured, rotations });
    expect(rotations).toBeGreaterThanOrEqual(10);
    expectExact(measured);
  },
};

export const rotatedWhileCut: KitScenario = {
  name: "the log rotated while the follower is cut off: what is lost lies in the gaps that it reports",
  async play(world, report) {
    const proxy = await world.proxy();
    const cluster = await world.connect(proxy);
    const pod = await world.start({ main: fast(220_000) }); // Some 37 s, of which the outages take 20.
    const signal = AbortSignal.timeout(BOUND_MS);
    const { files, recording, measure } = await world.follow({
      cluster,
      pod,
      container: "main",
      signal,
    });
    for (let outage = 0; outage < 2; outage += 1) {
      const seen = recording.lines;
      while (recording.lines === seen) await sleep(100, undefined, { signal });
      await sleep(4_000, undefined, { signal });
      const before = await files();
      proxy.fate = (path) => (path.includes("/log?") ? { kind: "refuse" } : { kind: "pass" });
      proxy.cutOpen((path) => path.includes("/log?"));
      while ((await files()) < before + 2) await sleep(100, undefined, { signal });
      proxy.fate = () => ({ kind: "pass" });
    }
    const measured = await measure();
    const rotations = (await files()) - 1;
    report({ ...measured, rotations });
    expectGapsForLosses(measured);
    expect(measured.lostInGaps).toBeGreaterThan(0);
    expect(await recording.complete).toBe(false);
  },
};

/**
 * Nothing is missing but in gaps. A follow that finds its last line gone cannot know whether it was the last of its file, and
 * nothing is missing: that it claims a gap there, too, is right, but it cannot be the rule.
 */
function expectGapsForLosses(measured: Measured): void {
  expect(measured).toMatchObject({ lost: 0, doubled: 0, first: "" });
  expect(measured.falseGaps).toBeLessThanOrEqual(measured.gaps / 2);
}

/** Two rotations take 6 s at most, and what is read ahead of the consumer is full after two. */
const STANDS_STILL_MS = 20_000;

export const rotatedWhileStill: KitScenario = {
  name: "the log rotated while its consumer stands still: what is lost lies in the gaps that are reported",
  async play(world, report) {
    const pod = await world.start({ main: fast(190_000) });
    let seen = 0;
    const { files, recording, measure } = await world.follow({
      cluster: world.admin,
      pod,
      container: "main",
      signal: AbortSignal.timeout(BOUND_MS),
      onEvent: async () => {
        seen += 1;
        if (seen === 10_000) await sleep(STANDS_STILL_MS);
      },
    });
    const measured = await measure();
    report({ ...measured, rotations: (await files()) - 1 });
    expectGapsForLosses(measured);
    expect(await recording.complete).toBe(measured.gaps === 0);
  },
};
