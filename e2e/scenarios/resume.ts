import { expect } from "vitest";
import { expectCollected, expectWhole } from "../world/index.ts";
import type { Scenario } from "./scenario.ts";

/** The session of a heartbeat lies on the agent's claim; the next heartbeat, in another pod, goes on with it. */
export const resume: Scenario = {
  name: "resume of a session in a second heartbeat",
  async play(world) {
    const config = { agentDbMode: "dedicated_pvc" };
    const first = world.heartbeat({ task: "Remember the word heliotrope.", config });
    const { sessionParams, errorMessage } = await first.heartbeat.result;
    expect(errorMessage ?? null).toBeNull();
    await expectWhole(first);

    const options = { task: "Which word was it?", config, ...(sessionParams ? { sessionParams } : {}) };
    const second = world.heartbeat(options);
    const result = await second.heartbeat.result;

    expect(result).toMatchObject({ exitCode: 0, sessionParams: sessionParams as object });
    expect(result.errorCode ?? null).toBeNull();
    expect(result.clearSession ?? false).toBe(false);
    // The model answers with the first words of its session, which only the first heartbeat was given.
    expect(result.summary).toMatch(/^Message 2 of this session, .*heliotrope/);
    await expectWhole(second);
    await expectCollected(world, second);
  },
};
