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

test("an object that was deleted before it could be looked up was not there to be found: its name was taken", async () => {
  const world = simCluster();
  world.loseAnswers(1);
  world.sim.faults.answer({ verb: "get" }, { status: 404 });
  await expect(world.clock.run(startJob(world))).rejects.toMatchObject({ status: 409, reason: "AlreadyExists" });
});

test("a quota that others are counted against at the same moment is no refusal (kubernetes 67761); any other conflict is", async () => {
  const world = simCluster();
  const message = 'Operation cannot be fulfilled on resourcequotas "jobs": the object has been modified; try again';
  world.sim.faults.answer({ verb: "create" }, { status: 409, message });
  expect((await world.clock.run(startJob(world))).metadata?.uid).toBeTruthy();
  world.sim.faults.answer({ verb: "create" }, { status: 409, message: "the webhook says no" });
  await expect(world.clock.run(startJob(world, "another"))).rejects.toThrow("the webhook says no");
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
