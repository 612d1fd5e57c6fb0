import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { numberedLines } from "../writers.ts";
import { expectExact, type KitScenario } from "./scenario.ts";

/** A kubelet rotates a log beyond 10 MiB when it looks, on real-kube every 3 s: 5 MB a second are enough for every time. */
const FAST = { burst: 3000, pauseSeconds: 0.5, bytes: 1000 } as const;
const BOUND_MS = 240_000;

export const rotated: KitScenario = {
  name: "the log rotated ten times while it is followed at full speed",
  async play(world, report) {
    const pod = await world.start({ main: numberedLines({ ...FAST, lines: 190_000 }) });
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
    const pod = await world.start({ main: numberedLines({ ...FAST, lines: 130_000 }) });
    const { files, recording, measure } = await world.follow({
      cluster,
      pod,
      container: "main",
      signal: AbortSignal.timeout(BOUND_MS),
    });
    for (let outage = 0; outage < 2; outage += 1) {
      await sleep(4_000);
      const before = await files();
      proxy.fate = (path) => (path.includes("/log?") ? { kind: "refuse" } : { kind: "pass" });
      proxy.cutOpen((path) => path.includes("/log?"));
      while ((await files()) < before + 2) await sleep(100);
      proxy.fate = () => ({ kind: "pass" });
    }
    const measured = await measure();
    const rotations = (await files()) - 1;
    report({ ...measured, rotations });
    expect(measured).toMatchObject({ lost: 0, doubled: 0, falseGaps: 0 });
    expect(measured.lostInGaps).toBeGreaterThan(0);
    expect(await recording.complete).toBe(false);
  },
};
