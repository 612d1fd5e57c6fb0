import { expect } from "vitest";
import { accountOf, expectCollected, expectWhole } from "../world/index.ts";
import type { Scenario } from "./scenario.ts";

/** On a machine with much else to do, OpenCode takes more than 10 s to its first step, and may take 30. */
const TIMEOUT_SEC = 60;

/** The run takes longer than it may; what it did until then is known. */
export const timeout: Scenario = {
  name: "a run that reaches its timeout",
  async play(world) {
    const run = world.heartbeat({ model: "pace-120s-1000ms", config: { timeoutSec: TIMEOUT_SEC } });

    const result = await run.heartbeat.result;

    expect(result).toMatchObject({ timedOut: true, errorCode: "timeout" });
    expect(result.exitCode).not.toBe(0);
    expect(result.usage?.inputTokens).toBeGreaterThan(0);
    expect(result.costUsd).toBeGreaterThan(0);
    expect(result.sessionParams).toMatchObject({ sessionId: expect.stringMatching(/^ses_/) as string });
    const { receipt } = accountOf(result);
    expect(receipt).toMatchObject({ stopReason: "timeout" });
    expect(receipt?.durationMs).toBeGreaterThanOrEqual(TIMEOUT_SEC * 1000 - 100);
    await expectWhole(run);
    await expectCollected(world, run);
  },
};
