import { expect } from "vitest";
import { accountOf, expectCollected, expectWhole } from "../world/index.ts";
import type { Scenario } from "./scenario.ts";

/** A server goes away in mid-run; the run that Paperclip starts in its place goes on with the same Job, from its first line on. */
export const adoption: Scenario = {
  name: "a run whose server went away, gone on with by the next one",
  async play(world) {
    const run = world.heartbeat({ model: "pace-40s-1500ms" });
    await run.heartbeat.untilEvents(3);
    run.heartbeat.cancel("Legacy controller lease lost");
    const lost = await run.heartbeat.result;
    expect(lost).toMatchObject({ errorCode: "k8s_detached" });
    const { uid } = accountOf(lost).job;

    const next = world.heartbeat({ model: "text", retryOfRunId: run.heartbeat.runId });
    const result = await next.heartbeat.result;

    expect(result).toMatchObject({ exitCode: 0, resultJson: { job: { uid, adopted: true } } });
    expect(result.errorCode ?? null).toBeNull();
    expect(next.heartbeat.events.slice(0, 3)).toEqual(run.heartbeat.events.slice(0, 3));
    await expectWhole(next);
    await expectCollected(world, next);
  },
};
