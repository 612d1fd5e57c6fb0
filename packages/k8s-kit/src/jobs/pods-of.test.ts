import { expect, test } from "vitest";
import { NAMESPACE, simCluster, startJob } from "../../test/sim-cluster.ts";
import { refOf } from "./job-ref.ts";
import { podsOf } from "./pods-of.ts";

test("the pods of a Job, and of no other", async () => {
  const world = simCluster();
  await world.clock.run(
    (async () => {
      const [one] = [await startJob(world, "one"), await startJob(world, "two")];
      await world.clock.sleep(5_000);
      const pods = await podsOf(world.cluster, refOf(one), world.signal);
      expect(pods.map(({ metadata }) => metadata?.ownerReferences?.[0]?.name)).toEqual(["one"]);
      expect(await podsOf(world.cluster, { namespace: NAMESPACE, uid: "none" }, world.signal)).toEqual([]);
    })(),
  );
});
