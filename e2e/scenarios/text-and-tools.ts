import { expect } from "vitest";
import { parseLine } from "@opencode-k8s/opencode-parse";
import { expectCollected, expectWhole } from "../world/index.ts";
import type { Scenario } from "./scenario.ts";

/** Create Job and Secret, follow the log, delete the Job. */
const OWN_REQUESTS = ["create jobs", "create secrets", "get pods/log", "delete jobs"];
/** The most that a run may cost, the three shared lists and watches not counted. */
const MOST_REQUESTS = 10;
const SHARED = ["jobs", "pods", "leases"].flatMap((each) => [`list ${each}`, `watch ${each}`]);

/** The plain case: the agent speaks, uses tools, and ends with an answer. */
export const textAndTools: Scenario = {
  name: "a heartbeat with text and tools",
  async play(world) {
    const since = world.parts.admin.clock.now();
    const run = world.heartbeat({ model: "tools" });

    const result = await run.heartbeat.result;

    expect(result).toMatchObject({
      exitCode: 0,
      signal: null,
      timedOut: false,
      provider: "demo",
      model: "tools",
      summary: "Both commands ran.",
      usageBasis: "per_run",
      usage: { inputTokens: expect.any(Number) as number, outputTokens: expect.any(Number) as number },
      sessionParams: { sessionId: expect.stringMatching(/^ses_/) as string, cwd: "/workspace" },
    });
    expect(result.errorCode ?? null).toBeNull();
    expect(result.usage?.inputTokens).toBeGreaterThan(0);
    expect(result.costUsd).toBeGreaterThan(0);
    const types = new Set(run.heartbeat.events.map((line) => parseLine(line).type));
    expect(types).toEqual(new Set(["step_start", "text", "tool_use", "step_finish"]));
    await expectWhole(run);
    await expectCollected(world, run);
    await expectFew(world, since);
  },
};

async function expectFew({ parts }: Parameters<Scenario["play"]>[0], since: number): Promise<void> {
  const requests = await parts.driver?.requestsOf(parts.user, since);
  if (!requests) return;
  const own = [...requests].filter(([what]) => !SHARED.includes(what) && !what.includes("selfsubject"));
  expect(own.map(([what]) => what)).toEqual(expect.arrayContaining(OWN_REQUESTS));
  expect(own.reduce((sum, [, count]) => sum + count, 0)).toBeLessThanOrEqual(MOST_REQUESTS);
}
