import { describe, expect, test } from "vitest";
import { NAMESPACE, simCluster, type SimCluster, startJob } from "../../test/sim-cluster.ts";
import { collectionPath, type Job } from "../objects.ts";
import { deleteJob, eventsOf, podsOf } from "./job-objects.ts";

const identity = (job: Job): { namespace: string; name: string; uid: string } => ({
  namespace: NAMESPACE,
  name: job.metadata?.name ?? "",
  uid: job.metadata?.uid ?? "",
});
/** Uids of the Jobs that there are. */
async function jobsOf({ cluster }: SimCluster): Promise<unknown[]> {
  const list = await cluster.request<{ items: Job[] }>("GET", collectionPath.jobs(NAMESPACE));
  return list.items.map(({ metadata }) => metadata?.uid);
}

const creates = ({ sim }: SimCluster): number => sim.requests.filter(({ verb }) => verb === "create").length;

describe("creating once", () => {
  test("a server that is away is waited for", async () => {
    const world = simCluster();
    world.sim.faults.restart(5_000);
    const job = await world.clock.run(startJob(world));
    expect(job.metadata?.uid).toBeTruthy();
  });

  test("an answer that got lost after the object was made: it is found again, not made twice", async () => {
    const world = simCluster();
    world.loseAnswers(1);
    const job = await world.clock.run(startJob(world));
    expect(creates(world)).toBe(2);
    expect(await world.clock.run(jobsOf(world))).toEqual([job.metadata?.uid]);
  });

  test("a name that was taken before is a conflict", async () => {
    const world = simCluster();
    await world.clock.run(startJob(world));
    await expect(world.clock.run(startJob(world))).rejects.toMatchObject({ status: 409, reason: "AlreadyExists" });
  });

  test("somebody else's object under the name, after a lost answer, is not taken for ours", async () => {
    const world = simCluster();
    await world.clock.run(startJob(world, "job", { run: "theirs" }));
    world.sim.faults.refuse({ verb: "create" });
    await expect(world.clock.run(startJob(world, "job", { run: "ours" }))).rejects.toMatchObject({ status: 409 });
  });

  test("what the server refuses for good is told at once", async () => {
    const world = simCluster();
    world.sim.faults.answer({ verb: "create" }, { status: 403, message: "exceeded quota" });
    await expect(world.clock.run(startJob(world))).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining("exceeded quota"),
    });
    expect(creates(world)).toBe(1);
  });
});

describe("deleting a Job", () => {
  test("takes this very Job, and that it is gone already is success", async () => {
    const world = simCluster();
    await world.clock.run(
      (async () => {
        const job = await startJob(world);
        await deleteJob(world.cluster, identity(job), world.signal);
        await deleteJob(world.cluster, identity(job), world.signal);
        expect(await jobsOf(world)).toEqual([]);
      })(),
    );
  });

  test("leaves another Job of the same name alone", async () => {
    const world = simCluster();
    await world.clock.run(
      (async () => {
        const job = await startJob(world);
        await deleteJob(world.cluster, { ...identity(job), uid: "another" }, world.signal);
        expect(await jobsOf(world)).toEqual([job.metadata?.uid]);
      })(),
    );
  });
});

test("the pods of a Job, and of no other", async () => {
  const world = simCluster();
  await world.clock.run(
    (async () => {
      const [one] = [await startJob(world, "one"), await startJob(world, "two")];
      await world.clock.sleep(5_000);
      const pods = await podsOf(world.cluster, identity(one), world.signal);
      expect(pods.map(({ metadata }) => metadata?.ownerReferences?.[0]?.name)).toEqual(["one"]);
      expect(await podsOf(world.cluster, { namespace: NAMESPACE, uid: "none" }, world.signal)).toEqual([]);
    })(),
  );
});

test("the events of an object, oldest first", async () => {
  const world = simCluster();
  await world.clock.run(
    (async () => {
      const job = await startJob(world);
      await world.clock.sleep(20_000);
      const pods = await world.cluster.request<{ items: { metadata: { uid: string } }[] }>(
        "GET",
        collectionPath.pods(NAMESPACE),
      );
      const reasons = (await eventsOf(world.cluster, NAMESPACE, pods.items[0]?.metadata.uid ?? "", world.signal)).map(
        ({ reason }) => reason,
      );
      expect(reasons.indexOf("Scheduled")).toBe(0);
      expect(reasons).toContain("Started");
      expect(
        (await eventsOf(world.cluster, NAMESPACE, job.metadata?.uid ?? "", world.signal)).map(({ reason }) => reason),
      ).toContain("SuccessfulCreate");
    })(),
  );
});
