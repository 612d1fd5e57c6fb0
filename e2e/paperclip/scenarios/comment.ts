import { expect } from "vitest";
import type { Run } from "../index.ts";
import type { Office } from "./office.ts";
import type { Scenario } from "./scenario.ts";

/** What people say while an agent works does not disturb it, and is not lost. */
export const comment: Scenario = {
  name: "a comment during a run is what the next run is for, and that goes on with the session",
  async play(office) {
    const [run, next] = await commentDuringRun(office);
    const session = run.sessionIdAfter;
    expect(next).toMatchObject({ sessionIdBefore: session, sessionIdAfter: session });
  },
};

/** The run that somebody comments on, and the next one, both over. */
export async function commentDuringRun(office: Office): Promise<readonly [Run, Run]> {
  const worker = await office.hire({ model: "pace-2s-1000ms" });
  const issue = await worker.assign("Take your time.");
  await worker.inTheMiddle(0);

  await worker.tell(issue, "Mind the heliotropes.");
  worker.allowAnswers(1);

  const run = await worker.ended(0);
  expect(run).toMatchObject({ status: "succeeded", sessionIdBefore: null });
  const next = await worker.finish(1, issue);
  expect(next).toMatchObject({ status: "succeeded", contextSnapshot: { wakeReason: "issue_commented" } });
  const asked = worker
    .asked(next.sessionIdAfter)
    .at(-1)
    ?.messages.map(({ text }) => text);
  expect(asked).toContainEqual(expect.stringContaining("heliotropes"));
  return [run, next];
}
