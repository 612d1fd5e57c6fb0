import { expect } from "vitest";
import { expectCollected, expectWhole } from "../world/index.ts";
import type { DisruptiveScenario } from "./scenario.ts";

const ANSWER_BYTES = 3_000_000;
const FREEZE_MS = 10_000;

/** Nobody takes the container's output while OpenCode writes its largest line and ends. */
export const frozenContainerd: DisruptiveScenario = {
  name: "an answer of 3 MB with containerd frozen for 10 s around the end",
  async play(world, driver) {
    const run = world.heartbeat({ model: "big-3mb" });
    // The step begins when the answer's first piece comes, and the answer is one line at its end.
    await run.heartbeat.untilEvents(1);

    await driver.freeze("containerd");
    try {
      await world.sleep(FREEZE_MS);
      expect(run.heartbeat.ended).toBe(false);
    } finally {
      await driver.thaw("containerd");
    }

    const result = await run.heartbeat.result;
    expect(result.errorMessage ?? null).toBeNull();
    expect(result.exitCode).toBe(0);
    expect(Buffer.byteLength(result.summary ?? "")).toBe(ANSWER_BYTES);
    await expectWhole(run);
    await expectCollected(world, run);
  },
};
