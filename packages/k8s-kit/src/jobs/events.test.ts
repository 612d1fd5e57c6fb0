import { expect, test } from "vitest";
import { NAMESPACE, simCluster, startJob } from "../../test/sim-cluster.ts";
import { eventsOf } from "./events.ts";
import { refOf } from "./job-ref.ts";
import { podsOf } from "./pods-of.ts";

test("the events of an object, oldest first", async () => {
  const world = simCluster();
  await world.clock.run(
    (async () => {
      world.sim.images.set("image:1", { kind: "remote", pullMs: 5_000 });
      const job = await startJob(world);
      await world.clock.sleep(20_000);
      const [pod] = await podsOf(world.cluster, refOf(job), world.signal);
      const reasonsOf = async (uid = ""): Promise<unknown[]> =>
        (await eventsOf(world.cluster, NAMESPACE, uid, world.signal)).map(({ reason }) => reason);
      const ofPod = await reasonsOf(pod?.metadata?.uid);
      // The API server lists by name, which is random.
      expect(ofPod.indexOf("Pulled")).toBeGreaterThan(ofPod.indexOf("Pulling"));
      expect(ofPod.indexOf("Started")).toBeGreaterThan(ofPod.indexOf("Scheduled"));
      expect(await reasonsOf(job.metadata?.uid)).toContain("SuccessfulCreate");
    })(),
  );
});
