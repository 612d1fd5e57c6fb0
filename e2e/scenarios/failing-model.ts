import { expect } from "vitest";
import { expectCollected, expectWhole } from "../world/index.ts";
import type { Scenario } from "./scenario.ts";

/** The provider refuses the key. */
export const failingModel: Scenario = {
  name: "a model that answers 401",
  async play(world) {
    const run = world.heartbeat({ model: "fail-401" });

    const result = await run.heartbeat.result;

    expect(result).toMatchObject({ exitCode: 1, timedOut: false, errorCode: "llm_api_error" });
    expect(result.errorMessage).toMatch(/HTTP 401.*always fails/);
    await expectWhole(run);
    await expectCollected(world, run);
  },
};
