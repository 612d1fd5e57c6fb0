import { expect } from "vitest";
import { expectCollected, expectWhole } from "../world/index.ts";
import type { DisruptiveScenario } from "./scenario.ts";

const ANSWER_BYTES = 3_000_000;
const FREEZE_MS = 10_000;
const ASKED_MS = 300_000;

/** Nobody takes the container's output while OpenCode writes its largest line and ends. */
export const frozenContainerd: DisruptiveScenario = {
  name: "an answer of 3 MB with containerd frozen for 10 s around the end",
  fault: { group: "The node and its parts", expected: "the run succeeds, its log is whole" },
  async play(world, driver) {
    // The model answers when containerd is frozen, and not before.
    const answer = world.parts.holdAnswers();
    const run = world.heartbeat({ model: "big-3mb" });
    await world.eventually(ASKED_MS, "the model was asked", () => world.parts.modelRequests() > 0);

    await driver.freeze("containerd");
    try {
      answer();
      await world.sleep(FREEZE_MS);
      // OpenCode has ended meanwhile; what it wrote waits for somebody to take it.
      expect(run.heartbeat.events).toEqual([]);
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
