import { expect, test } from "vitest";
import { onJob } from "../../test/observed-job.ts";
import { simCluster } from "../../test/sim-cluster.ts";
import { awaitEnd, type JobEnd } from "./await-end.ts";
import { deleteJob } from "./delete-job.ts";

async function endWith(exitCode: number): Promise<JobEnd | undefined> {
  const world = simCluster(async (io) => {
    await io.sleep(1_000);
    return exitCode;
  });
  let end: JobEnd | undefined;
  await onJob(world, async (job) => void (end = await awaitEnd(job, world)));
  return end;
}

test("a Job that succeeds", async () => {
  expect(await endWith(0)).toMatchObject({ kind: "succeeded", end: { exitCode: 0 } });
});

test("a Job that fails, with why", async () => {
  expect(await endWith(3)).toMatchObject({
    kind: "failed",
    end: { exitCode: 3 },
    diagnosis: { category: "exit_code" },
  });
});

test("a Job that is deleted has not failed (complaint 19)", async () => {
  const world = simCluster((io) => io.sleep(3_600_000).then(() => 0));
  await onJob(world, async (job) => {
    await job.until(() => job.started, world);
    void deleteJob(world.cluster, job.ref, world.signal);
    expect(await awaitEnd(job, world)).toMatchObject({ kind: "deleted" });
  });
});
