import { expect } from "vitest";
import { accountOf, expectCollected, expectWhole } from "../world/index.ts";
import type { Scenario } from "./scenario.ts";

/** Somebody cancels the run: nothing of it may go on when the result is there. */
export const cancel: Scenario = {
  name: "a run that is cancelled",
  fault: { group: "Cancel", expected: "`cancelled`; its pod is gone when Paperclip hears of it, its log is whole" },
  async play(world) {
    const run = world.heartbeat({ model: "pace-40s-1500ms" });
    await run.heartbeat.untilEvents(6); // Two steps: there is usage to tell of.

    run.heartbeat.cancel("Cancelled by a board operator");

    const result = await run.heartbeat.result;
    const { jobs, pods } = await world.objects();
    expect(jobs.length + pods.length).toBe(0);
    expect(result).toMatchObject({ exitCode: expect.any(Number) as number, timedOut: false, errorCode: "cancelled" });
    expect(result.exitCode).not.toBe(0);
    expect(result.usage?.inputTokens).toBeGreaterThan(0);
    expect(result.costUsd).toBeGreaterThan(0);
    expect(result.sessionParams).toMatchObject({ sessionId: expect.stringMatching(/^ses_/) as string });
    expect(accountOf(result)).toMatchObject({
      executionCancellation: { state: "acknowledged" },
      receipt: { stopReason: "terminated" },
    });
    await expectWhole(run);
    await expectCollected(world, run);
  },
};
