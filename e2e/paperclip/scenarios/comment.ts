import { expect } from "vitest";
import type { Scenario } from "./scenario.ts";

/** What people say while an agent works does not disturb it, and is not lost. */
export const comment: Scenario = {
  name: "a comment during a run is what the next run is for, and that goes on with the session",
  async play(office) {
    const worker = await office.hire({ model: "pace-2s-1000ms" });
    const issue = await worker.assign("Take your time.");
    await worker.inTheMiddle(0);

    await worker.tell(issue, "Mind the heliotropes.");
    worker.allowAnswers(1);

    const run = await worker.ended(0);
    expect(run).toMatchObject({ status: "succeeded", sessionIdBefore: null });
    const next = await worker.finish(1, issue);
    const session = run.sessionIdAfter;
    expect(next).toMatchObject({ status: "succeeded", sessionIdBefore: session, sessionIdAfter: session });
    expect(next.contextSnapshot).toMatchObject({ wakeReason: "issue_commented" });
  },
};
