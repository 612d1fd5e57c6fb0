import { expect } from "vitest";
import type { Scenario } from "./scenario.ts";

/** A provider that wants to be paid in each of Paperclip's retries, too: two of them, half a minute after each failure. */
export const againAndAgain: Scenario = {
  name: "a failure that comes again in each of Paperclip's retries: then it is given up, and a person has to look",
  async play(office) {
    const { api } = office.paperclip;
    const worker = await office.hire({ model: "unpaid-0s" });
    const issue = await worker.assign("Try.");

    const first = await worker.ended(0);
    const second = await worker.ended(1);
    const last = await worker.ended(2);

    for (const run of [first, second])
      expect(run).toMatchObject({ errorCode: "llm_api_error", resultJson: { errorFamily: "provider_quota" } });
    expect(last).toMatchObject({
      status: "failed",
      errorCode: "llm_api_error",
      contextSnapshot: { retryOfRunId: second.id, errorFamily: "provider_quota", scheduledRetryAttempt: 2 },
    });
    expect(last.error).toContain("This is failure 3 of its kind in a row");
    expect(last.resultJson).not.toHaveProperty("errorFamily");
    await office.world.eventually(300_000, "the issue is held for a person", async () => {
      const { executionBlocker } = await api.getIssue(issue.id);
      return executionBlocker !== undefined && executionBlocker !== null;
    });
    expect(await worker.runs()).toHaveLength(3);
    await api.patchIssue(issue.id, { status: "cancelled" });
  },
};
