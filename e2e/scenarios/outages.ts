import { expect } from "vitest";
import { expectCollected, expectWhole } from "../world/index.ts";
import type { Driver, World } from "../world/index.ts";
import type { DisruptiveScenario, FaultGroup } from "./scenario.ts";

interface Outage {
  readonly name: string;
  readonly group: FaultGroup;
  readonly only?: DisruptiveScenario["only"];
  /** A model that takes longer than the outage, and what the run comes to. */
  readonly model: string;
  readonly summary: string;
  disturb(driver: Driver, world: World): Promise<void>;
}

/** A part of the cluster is away while the agent works; the run goes on, and so must its log. */
function outage({ name, group, only, model, summary, disturb }: Outage): DisruptiveScenario {
  return {
    name,
    fault: { group, expected: "the run succeeds, its log is whole" },
    ...(only && { only }),
    async play(world, driver) {
      const run = world.heartbeat({ model });
      await run.heartbeat.untilEvents(20);
      const before = run.heartbeat.events.length;

      await disturb(driver, world);

      const result = await run.heartbeat.result;
      expect(result).toMatchObject({ exitCode: 0, summary });
      expect(result.errorCode ?? null).toBeNull();
      expect(run.heartbeat.events.length).toBeGreaterThan(before);
      await expectWhole(run);
      await expectCollected(world, run);
    },
  };
}

const FORTY_SECONDS = { model: "pace-40s-1500ms", summary: "All 26 steps are done." } as const;
const TWO_MINUTES = { model: "pace-120s-1500ms", summary: "All 80 steps are done." } as const;

export const apiServerRestart: DisruptiveScenario = outage({
  ...FORTY_SECONDS,
  name: "the API server killed for 8 s in the middle of a run of 40 s",
  group: "The API server",
  disturb: (driver) => driver.restartApiServer(8_000),
});

export const outages: readonly DisruptiveScenario[] = [
  outage({
    ...TWO_MINUTES,
    name: "the API server killed for 60 s in the middle of a run of 2 minutes",
    group: "The API server",
    disturb: (driver) => driver.restartApiServer(60_000),
  }),
  outage({
    ...TWO_MINUTES,
    name: "the API server frozen for 30 s in the middle of a run of 2 minutes",
    group: "The API server",
    only: "cluster",
    disturb: async (driver, world) => {
      await driver.freeze("apiserver");
      try {
        await world.sleep(30_000);
      } finally {
        await driver.thaw("apiserver");
      }
    },
  }),
  outage({
    ...FORTY_SECONDS,
    name: "the kubelet killed for 5 s in the middle of a run of 40 s",
    group: "The node and its parts",
    disturb: (driver) => driver.restart("kubelet", 5_000),
  }),
  outage({
    ...FORTY_SECONDS,
    name: "containerd killed for 5 s in the middle of a run of 40 s",
    group: "The node and its parts",
    only: "cluster",
    disturb: (driver) => driver.restart("containerd", 5_000),
  }),
];
