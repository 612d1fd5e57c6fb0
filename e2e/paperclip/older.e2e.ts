import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { byName } from "../by-name.ts";
import { PAPERCLIP } from "./index.ts";
import type { Run } from "./index.ts";
import { expectNotHeld, expectResumes, untilAtRest } from "./scenarios/checks.ts";
import { commentDuringRun } from "./scenarios/comment.ts";
import { failingModel } from "./scenarios/failing-model.ts";
import { Office } from "./scenarios/index.ts";
import { ownIssue } from "./scenarios/own-issue.ts";
import type { Scenario } from "./scenarios/scenario.ts";

let office: Office;

beforeAll(async () => {
  office = await Office.open(PAPERCLIP.older);
});

afterAll(() => office?.[Symbol.asyncDispose]());

/** This Paperclip says nothing of a cancel, and does not wait for what the run came to: the adapter asks, and ends the pod. */
async function cancel({ id }: Run): Promise<void> {
  const run = await office.paperclip.api.cancelRun(id);
  expect(run).toMatchObject({ status: "cancelled", errorCode: "cancelled" });
  await office.world.eventually(300_000, "nothing of the run is left", async () => {
    return (await office.objectsOf(run)).length === 0;
  });
}

const cancelled: Scenario = {
  name: "a run that is cancelled: nothing of it is left, and the one that Paperclip starts in its place begins anew",
  async play() {
    const worker = await office.hire({ model: "pace-2s-1000ms" });
    const issue = await worker.assign("Take your time.");
    const run = await worker.inTheMiddle(0);

    await cancel(run);

    await expectNotHeld(office, issue);
    const next = await worker.finish(1, issue);
    // It takes no result of a run that it has cancelled, so there is no session either.
    expect(next).toMatchObject({ status: "succeeded", exitCode: 0, retryOfRunId: run.id, sessionIdBefore: null });
  },
};

const commentedAndCancelled: Scenario = {
  name: "a run that is cancelled after a comment: the next run is for the comment, and goes on with the session",
  async play() {
    const worker = await office.hire({ model: "pace-2s-1000ms" });
    const issue = await worker.assign("Take your time.");
    const { sessionIdAfter } = await worker.finish(0, issue);
    await untilAtRest(office, worker);
    await worker.tell(issue, "Once more, please.", { reopen: true });
    const run = await worker.inTheMiddle(1);
    await worker.tell(issue, "Mind the heliotropes.");

    await cancel(run);

    await expectNotHeld(office, issue);
    await expectResumes(worker, 2, { issue, session: sessionIdAfter ?? "" });
  },
};

/** This Paperclip may start the next run before it has stored the session of the one before it: then that begins a new one. */
const commented: Scenario = {
  name: "a comment during a run is what the next run is for",
  async play() {
    const [run, next] = await commentDuringRun(office);
    expect([run.sessionIdAfter, null]).toContain(next.sessionIdBefore);
  },
};

describe.concurrent(`Paperclip ${PAPERCLIP.older}`, () => {
  test.for(byName([cancelled, commented, commentedAndCancelled, failingModel, ownIssue]))(
    "%s",
    ([, scenario], { onTestFailed }) => {
      onTestFailed(async () => console.error(`Runs that failed:\n${await office.failures()}`));
      return scenario.play(office);
    },
  );
});
