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

/** On most machines enough for OpenCode to print its answer, and to end. */
const LEFT_SEC = 10;

/** The run answers when its time is nearly up: what it came to counts, unless the machine was too slow, and never half of it. */
export const justInTime: Scenario = {
  name: "a run that answers just before its timeout",
  async play(world) {
    const release = world.parts.holdAnswers();
    const run = world.heartbeat({ model: "pace-1s-1000ms", config: { timeoutSec: TIMEOUT_SEC } });
    await run.heartbeat.untilNote(/^Running in pod /);
    await world.sleep((TIMEOUT_SEC - LEFT_SEC) * 1000);
    release();

    const result = await run.heartbeat.result;

    const { receipt } = accountOf(result);
    const isInTime = receipt?.exitCode === 0;
    if (world.parts.kind === "sim") expect(isInTime).toBe(true);
    expect(receipt?.durationMs).toBeGreaterThan((TIMEOUT_SEC - LEFT_SEC) * 1000 - 1000);
    const success = { exitCode: 0, timedOut: false, summary: "All 1 steps are done." };
    expect(result).toMatchObject(isInTime ? success : { timedOut: true, errorCode: "timeout" });
    if (isInTime) expect(result.usage?.inputTokens).toBeGreaterThan(0);
    await expectWhole(run);
    await expectCollected(world, run);
  },
};
