import { expect } from "vitest";
import { expectCollected, expectWhole } from "../world/index.ts";
import type { Scenario } from "./scenario.ts";

/** The provider wants to be paid, and says when to come again. */
export const unpaid: Scenario = {
  name: "a provider that wants to be paid",
  async play(world) {
    const began = world.parts.admin.clock.now();
    const run = world.heartbeat({ model: "unpaid-3600s" });

    const result = await run.heartbeat.result;

    const ended = world.parts.admin.clock.now();
    expect(result).toMatchObject({ exitCode: 1, errorCode: "llm_api_error", errorFamily: "provider_quota" });
    expect(result.errorMessage).toMatch(/HTTP 402.*Insufficient balance/);
    const notBefore = Date.parse(result.retryNotBefore ?? "");
    expect(notBefore).toBeGreaterThanOrEqual(began + 3_600_000);
    expect(notBefore).toBeLessThanOrEqual(ended + 3_600_000);
    await expectWhole(run);
    await expectCollected(world, run);
  },
};
