import { expect } from "vitest";
import { accountOf, expectCollected, expectWhole } from "../world/index.ts";
import type { Scenario } from "./scenario.ts";

/** Two heartbeats of one agent: the second has its Job when the first one's pod has ended. */
export const oneAtATime: Scenario = {
  name: "two heartbeats of one agent, one after the other",
  fault: { group: "The Paperclip server", expected: "the second one begins when the pod of the first one has ended" },
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

/** Two tasks of one agent that may run at the same time: neither waits for the other. */
export const tasksAtOnce: Scenario = {
  name: "two heartbeats of one agent at the same time, for two tasks",
  async play(world) {
    const answer = world.parts.holdAnswers();
    const config = { allowConcurrentTasks: true };
    const runs = [world.heartbeat({ config }), world.heartbeat({ config, taskId: "0d9f1c5a-another-task" })];
    await world.eventually(300_000, "both pods run", async () => {
      const { pods } = await world.objects();
      return pods.filter(({ status }) => status?.phase === "Running").length === 2;
    });
    answer();

    for (const run of runs) {
      expect(await run.heartbeat.result).toMatchObject({ exitCode: 0 });
      await expectWhole(run);
    }
  },
};
