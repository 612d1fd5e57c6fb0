import { expect } from "vitest";
import type { Issue, Run } from "../index.ts";
import type { Office } from "./office.ts";
import type { Worker } from "./worker.ts";

/** The session of a run, and what its model has answered in it so far. */
export interface Left {
  readonly issue: Issue;
  readonly session: string;
}

/** The run was cancelled, nothing of it is left in the cluster, and Paperclip holds its issue for nobody. */
export async function expectCancelled(office: Office, issue: Issue, run: Run, errorCode = "cancelled"): Promise<void> {
  expect(run).toMatchObject({ status: "cancelled", errorCode });
  expect(await office.objectsOf(run)).toEqual([]);
  await expectNotHeld(office, issue);
}

export async function expectNotHeld(office: Office, issue: Issue): Promise<void> {
  const { executionBlocker } = await office.paperclip.api.getIssue(issue.id);
  expect(executionBlocker ?? null).toBeNull();
}

/** Paperclip has stored what the worker's last run came to: 2026.824.1 calls a run over before it stores the session. */
export function untilAtRest({ paperclip, world }: Office, { agent }: Worker): Promise<void> {
  return world.eventually(300_000, "the agent is at rest", async () => {
    return (await paperclip.api.getAgent(agent.id)).status !== "running";
  });
}

/** The worker's next run goes on with the session, to its end: its model is told what was said in it before. */
export async function expectResumes(worker: Worker, nth: number, { issue, session }: Left): Promise<void> {
  const before = worker.asked(session).at(-1)?.messages.length ?? 0;
  expect(before).toBeGreaterThan(0);
  const run = await worker.finish(nth, issue);
  expect(run).toMatchObject({ status: "succeeded", sessionIdBefore: session, sessionIdAfter: session });
  expect(worker.asked(session).at(-1)?.messages.length).toBeGreaterThan(before);
}
