import { expect, test } from "vitest";
import { jobUids, simCluster, startJob } from "../../test/sim-cluster.ts";
import { deleteJob } from "./delete-job.ts";
import { refOf } from "./job-ref.ts";

test("takes this very Job, and that it is gone already is success (complaint 19)", async () => {
  const world = simCluster();
  await world.clock.run(
    (async () => {
      const job = await startJob(world);
      await deleteJob(world.cluster, refOf(job), world.signal);
      await deleteJob(world.cluster, refOf(job), world.signal);
      expect(await jobUids(world)).toEqual([]);
    })(),
  );
});

test("leaves another Job of the same name alone", async () => {
  const world = simCluster();
  await world.clock.run(
    (async () => {
      const job = await startJob(world);
      await deleteJob(world.cluster, { ...refOf(job), uid: "another" }, world.signal);
      expect(await jobUids(world)).toEqual([job.metadata?.uid]);
    })(),
  );
});
