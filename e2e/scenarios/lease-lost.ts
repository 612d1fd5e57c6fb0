import { expect } from "vitest";
import { accountOf, expectBeginning, expectCollected, expectWhole } from "../world/index.ts";
import type { Scenario } from "./scenario.ts";

/**
 * The Paperclip server goes away: the run is none of its business any more, and goes on to its end. The run that Paperclip
 * starts in its place collects it.
 */
export const leaseLost: Scenario = {
  name: "a run whose server lost its controller lease, and that ends before it is missed",
  fault: {
    group: "The Paperclip server",
    expected: "the run that comes in its place has its result, and all of its log",
  },
  async play(world) {
    const run = world.heartbeat({ model: "pace-40s-1500ms" });
    await run.heartbeat.untilEvents(3);

    run.heartbeat.cancel("Legacy controller lease lost");

    const result = await run.heartbeat.result;
    expect(result).toMatchObject({ errorCode: "k8s_detached", timedOut: false });
    const { uid } = accountOf(result).job;
    await expectBeginning(run);
    await world.eventually(300_000, "the Job that was left alone has succeeded", async () => {
      const { jobs } = await world.objects();
      const job = jobs.find(({ metadata }) => metadata?.uid === uid);
      if (!job || job.metadata?.deletionTimestamp) throw new Error("the Job is gone");
      return job.status?.succeeded === 1;
    });

    const next = world.heartbeat({ model: "text", retryOfRunId: run.heartbeat.runId });
    const collected = await next.heartbeat.result;
    expect(collected).toMatchObject({ exitCode: 0, resultJson: { job: { uid, adopted: true } } });
    await expectWhole(next);
    await expectCollected(world, next);
  },
};
