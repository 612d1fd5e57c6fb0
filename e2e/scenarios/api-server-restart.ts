import { expect } from "vitest";
import { expectCollected, expectWhole } from "../world/index.ts";
import type { DisruptiveScenario } from "./scenario.ts";

/** How long the API server is dead, milliseconds. */
const OUTAGE_MS = 8_000;

/** The API server is killed and comes back while the agent works; the run goes on, and so must its log. */
export const apiServerRestart: DisruptiveScenario = {
  name: "the API server killed for 8 s in the middle of a run of 40 s",
  fault: { group: "The API server", expected: "the run succeeds, its log is whole" },
  async play(world, driver) {
    const run = world.heartbeat({ model: "pace-40s-1500ms" });
    await run.heartbeat.untilEvents(20);

    const before = run.heartbeat.events.length;
    await driver.restartApiServer(OUTAGE_MS);

    const result = await run.heartbeat.result;
    expect(result).toMatchObject({ exitCode: 0, summary: "All 26 steps are done." });
    expect(result.errorCode ?? null).toBeNull();
    expect(run.heartbeat.events.length).toBeGreaterThan(before);
    await expectWhole(run);
    await expectCollected(world, run);
  },
};
