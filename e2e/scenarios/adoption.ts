import { expect } from "vitest";
import { accountOf, expectCollected, expectWhole } from "../world/index.ts";
import type { Scenario } from "./scenario.ts";

/** A server goes away in mid-run; the run that Paperclip starts in its place goes on with the same Job, from its first line on. */
export const adoption: Scenario = {
  name: "a run whose server went away, gone on with by the next one",
  fault: { group: "The Paperclip server", expected: "the next run goes on with the same Job, its log is whole" },
  async play(world) {
    const run = world.heartbeat({ model: "pace-40s-1500ms" });
    await run.heartbeat.untilEvents(3);
    run.heartbeat.cancel("Legacy controller lease lost");
    const lost = await run.heartbeat.result;
    expect(lost).toMatchObject({ errorCode: "k8s_detached" });
    const { uid } = accountOf(lost).job;

    const next = world.heartbeat({ model: "text", retryOfRunId: run.heartbeat.runId });
    const result = await next.heartbeat.result;

    expect(result).toMatchObject({ exitCode: 0, resultJson: { job: { uid, adopted: true } } });
    expect(result.errorCode ?? null).toBeNull();
    expect(next.heartbeat.events.slice(0, 3)).toEqual(run.heartbeat.events.slice(0, 3));
    await expectWhole(next);
    await expectCollected(world, next);
  },
};

/** Paperclip gave the run up and says nothing of it in the next heartbeat of the task: that one asks, and goes on with its Job. */
export const adoptionOfTask: Scenario = {
  name: "a run that Paperclip lost without a word, gone on with by the next one of its task",
  fault: { group: "The Paperclip server", expected: "the next run goes on with the same Job, its log is whole" },
  async play(world) {
    const run = world.heartbeat({ model: "pace-40s-1500ms" });
    await run.heartbeat.untilEvents(3);
    run.heartbeat.cancel("Legacy controller lease lost");
    const { uid } = accountOf(await run.heartbeat.result).job;

    const next = world.heartbeat({ model: "text", statuses: { [run.heartbeat.runId]: "failed" } });
    const result = await next.heartbeat.result;

    expect(result).toMatchObject({ exitCode: 0, resultJson: { job: { uid, adopted: true } } });
    await expectWhole(next);
    await expectCollected(world, next);
  },
};

/** The task has changed since: the Job of the old wake comes to its end, and the heartbeat runs its own. */
export const anotherWake: Scenario = {
  name: "a run that Paperclip lost, waited for by a heartbeat that was woken with something new",
  fault: {
    group: "The Paperclip server",
    expected:
      "the old Job ends before the new one begins; the log of the new one is whole, of the old one nobody has the end",
  },
  async play(world) {
    const run = world.heartbeat({ model: "pace-40s-1500ms" });
    await run.heartbeat.untilEvents(3);
    run.heartbeat.cancel("Legacy controller lease lost");
    const { uid } = accountOf(await run.heartbeat.result).job;

    const statuses = { [run.heartbeat.runId]: "failed" };
    const next = world.heartbeat({ model: "text", task: "Say good bye.", statuses });
    const result = await next.heartbeat.result;

    expect(result).toMatchObject({ exitCode: 0 });
    expect(accountOf(result).job.uid).not.toBe(uid);
    await expectWhole(next);
    // Written when it has ended, before the next one begins: nobody is to take its result for a later one's.
    const old = (await world.objects()).jobs.find(({ metadata }) => metadata?.uid === uid);
    expect(old).toMatchObject({
      metadata: { annotations: { "paperclip.io/collected": "superseded" } },
      status: { succeeded: 1 },
    });
  },
};
