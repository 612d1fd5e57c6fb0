import { expect, test } from "vitest";
import { jobUids, simCluster, type SimCluster, startJob } from "../../test/sim-cluster.ts";

const creates = ({ sim }: SimCluster): number => sim.requests.filter(({ verb }) => verb === "create").length;

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
  expect(await world.clock.run(jobUids(world))).toEqual([job.metadata?.uid]);
});

test("a name that was taken before is a conflict", async () => {
  const world = simCluster();
  await world.clock.run(startJob(world));
  await expect(world.clock.run(startJob(world))).rejects.toMatchObject({ status: 409, reason: "AlreadyExists" });
});

test("what somebody else made under the name, after a lost answer, is not ours, even if its content is the same", async () => {
  const world = simCluster();
  await world.clock.run(startJob(world));
  world.sim.faults.refuse({ verb: "create" });
  await expect(world.clock.run(startJob(world))).rejects.toMatchObject({ status: 409 });
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
