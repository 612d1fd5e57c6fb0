import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { KitWorld } from "../kit-world.ts";
import { numberedLines } from "../writers.ts";
import { expectExact, type KitScenario } from "./scenario.ts";

/** The lines come on between two faults for this long, milliseconds. */
const BETWEEN_MS = 5_000;
const BURST = { burst: 20, pauseSeconds: 0.5, bytes: 100 } as const;
const LINES_PER_SECOND = BURST.burst / BURST.pauseSeconds;
/** What a slow machine may take for all of it besides, milliseconds: a static pod of a kind cluster starts after half a minute. */
const BESIDES_MS = 600_000;

export const outages: readonly KitScenario[] = [
  outage("the API server killed for 8 s three times, and for 60 s twice", 210, async ({ driver }) => {
    for (const seconds of [8, 60, 8, 60, 8]) {
      await driver.restartApiServer(seconds * 1000);
      await sleep(BETWEEN_MS);
    }
  }),
  outage("the API server frozen for 30 s, and thawed", 45, async ({ driver }) => {
    await driver.freeze("apiserver");
    try {
      await sleep(30_000);
    } finally {
      await driver.thaw("apiserver");
    }
  }),
  outage("the kubelet killed and started again, three times", 45, async ({ driver }) => {
    for (const seconds of [0, 2, 8]) {
      await driver.restart("kubelet", seconds * 1000);
      await sleep(BETWEEN_MS);
    }
  }),
  outage("containerd killed and started again, three times", 45, async ({ driver }) => {
    for (const seconds of [0, 2, 8]) {
      await driver.restart("containerd", seconds * 1000);
      await sleep(BETWEEN_MS);
    }
  }),
];

/** Lines are written for `seconds`, and something happens meanwhile. */
function outage(name: string, seconds: number, disturb: (world: KitWorld) => Promise<void>): KitScenario {
  return {
    name,
    async play(world, report) {
      const lines = seconds * LINES_PER_SECOND;
      const pod = await world.start({ main: numberedLines({ ...BURST, lines }) });
      const signal = AbortSignal.timeout(seconds * 1000 + BESIDES_MS);
      const { recording, measure } = await world.follow({ cluster: world.admin, pod, container: "main", signal });
      await sleep(BETWEEN_MS);
      await disturb(world);
      const measured = await measure();
      report({ ...measured });
      expectExact(measured);
      expect(measured.written).toBe(lines);
      expect(await recording.complete).toBe(true);
    },
  };
}
