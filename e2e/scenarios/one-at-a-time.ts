import { expect } from "vitest";
import { accountOf, expectCollected, expectWhole } from "../world/index.ts";
import type { Scenario } from "./scenario.ts";

/** Two heartbeats of one agent: the second has its Job when the first one's pod has ended. */
export const oneAtATime: Scenario = {
  name: "two heartbeats of one agent, one after the other",
  async play(world) {
    const first = world.heartbeat({ model: "pace-40s-1500ms" });
    await first.heartbeat.untilEvents(3);

    const second = world.heartbeat({ model: "text" });
    await second.heartbeat.untilEvents(1);

    expect(first.heartbeat.ended).toBe(true);
    const results = [await first.heartbeat.result, await second.heartbeat.result];
    for (const result of results) expect(result).toMatchObject({ exitCode: 0 });
    expect(new Set(results.map((result) => accountOf(result).job.uid)).size).toBe(2);
    await expectWhole(first);
    await expectWhole(second);
    await expectCollected(world, second);
  },
};
