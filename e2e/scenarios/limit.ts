import { expect } from "vitest";
import { accountOf, expectCollected, expectWhole } from "../world/index.ts";
import type { Scenario } from "./scenario.ts";

const MAX_STEPS = 2;

/** The run takes more than it may: it is ended, nothing of it goes on, and what it took is known. */
export const limit: Scenario = {
  name: "a run that takes more steps than it may",
  async play(world) {
    const run = world.heartbeat({ model: "pace-120s-1000ms", config: { maxSteps: MAX_STEPS } });

    const result = await run.heartbeat.result;

    const { jobs, pods } = await world.objects();
    expect(jobs.length + pods.length).toBe(0);
    expect(result).toMatchObject({ timedOut: false, errorCode: "k8s_step_limit", errorFamily: null });
    // Until the pod hears of it, another step may have finished.
    expect(result.errorMessage).toMatch(/^The run was ended\. It took \d+ steps; maxSteps is 2\.$/);
    expect(result.exitCode).toBeGreaterThan(0);
    expect(result.usage?.inputTokens).toBeGreaterThan(0);
    expect(result.costUsd).toBeGreaterThan(0);
    expect(result.sessionParams).toMatchObject({ sessionId: expect.stringMatching(/^ses_/) as string });
    expect(accountOf(result)).toMatchObject({ receipt: { stopReason: "terminated" } });
    // A person has to look: whoever goes on would reach the limit again.
    expect(result.resultJson).not.toHaveProperty("conversationContinuation");
    expect(world.parts.modelRequests()).toBeGreaterThanOrEqual(MAX_STEPS);
    await expectWhole(run);
    await expectCollected(world, run);
  },
};
