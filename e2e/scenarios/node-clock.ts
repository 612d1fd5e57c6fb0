import { expect } from "vitest";
import { accountOf, expectCollected, expectWhole } from "../world/index.ts";
import type { Run } from "../world/world.ts";
import type { Scenario } from "./scenario.ts";

const HOUR_MS = 3_600_000;

interface Step {
  readonly name: string;
  readonly ms: number;
  /** Is the log's connection cut at that moment, so that it is asked for from a time on that was before? */
  readonly cut: boolean;
  readonly expected: string;
  check(run: Run): Promise<void>;
}

/** The clock by which the node dates log lines is set. Nobody can do that to a real node without its whole cluster. */
function stepped({ name, ms, cut, expected, check }: Step): Scenario {
  return {
    name,
    fault: { group: "The node and its parts", expected },
    only: "sim",
    async play(world) {
      const { sim } = world.parts;
      if (!sim) throw new Error("only a simulated node's clock can be set");
      const run = world.heartbeat({ model: "pace-40s-1500ms" });
      await run.heartbeat.untilEvents(20);
      sim.node.stepClock(ms);
      if (cut) expect(sim.faults.cutOpen({ resource: "pods/log" })).toBe(1);
      await check(run);
      await expectCollected(world, run);
    },
  };
}

async function whole(run: Run): Promise<void> {
  const result = await run.heartbeat.result;
  expect(result.errorMessage ?? null).toBeNull();
  expect(result).toMatchObject({ exitCode: 0, summary: "All 26 steps are done." });
  await expectWhole(run);
}

/** Nothing is doubled, and what is missing is told. */
async function told(run: Run): Promise<void> {
  const { log, receipt } = accountOf(await run.heartbeat.result);
  const { events, torn } = run.heartbeat;
  expect(torn).toEqual([]);
  expect(new Set(events).size).toBe(events.length);
  expect(log.complete).toBe(receipt?.lines === events.length);
}

const WHOLE = "the run succeeds, its log is whole";

export const clockSteps: readonly Scenario[] = [
  stepped({
    name: "the node's clock set forward by an hour, and the stream cut at that moment",
    ms: HOUR_MS,
    cut: true,
    expected: WHOLE,
    check: whole,
  }),
  stepped({ name: "the node's clock set back by an hour", ms: -HOUR_MS, cut: false, expected: WHOLE, check: whole }),
  stepped({
    name: "the node's clock set back by an hour, and the stream cut at that moment",
    ms: -HOUR_MS,
    cut: true,
    expected: "lines may be hidden by the time from which the log is asked for; then the result says so",
    check: told,
  }),
];
