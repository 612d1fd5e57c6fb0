import { expect } from "vitest";
import type { Scenario } from "./scenario.ts";

export const failingModel: Scenario = {
  name: "a provider that refuses the key: the run fails in its words, and nothing of it is left",
  async play(office) {
    const { api } = office.paperclip;
    const worker = await office.hire({ model: "fail-401" });
    const issue = await worker.assign("Try.");

    const run = await worker.ended(0);

    expect(run).toMatchObject({ status: "failed", errorCode: "llm_api_error", exitCode: 1 });
    expect(run.error).toMatch(/HTTP 401.*always fails/);
    await office.world.eventually(300_000, "nothing of the run is left", async () => {
      return (await office.objectsOf(run)).length === 0;
    });
    await api.patchIssue(issue.id, { status: "cancelled" });
  },
};
