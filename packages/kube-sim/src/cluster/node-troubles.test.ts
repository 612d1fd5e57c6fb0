import { describe, expect, it } from "vitest";
import { Bench, JOBS_PATH, NAMESPACE, PODS_PATH } from "../testing.ts";
import type { Job, KubeEvent, Pod } from "../wire.ts";

const LOG = `${PODS_PATH}/p/log`;
const ticker = (options: ConstructorParameters<typeof Bench>[1] = {}): Bench =>
  new Bench(async ({ print, sleep }) => {
    for (let n = 0; n < 20; n++) {
      print(`${n}\n`);
      await sleep(1000);
    }
    return 0;
  }, options);
const disruption = (pod: Pod): unknown => pod.status.conditions?.find(({ type }) => type === "DisruptionTarget");

describe("the node", () => {
  it("stamps log lines in its own zone", async () => {
    const bench = ticker({ utcOffsetMinutes: 120 });
    await bench.pod("p");
    await bench.clock.advance(1000);
    expect(await bench.read(`${LOG}?timestamps=true`)).toMatch(/^2026-01-01T02:00:\d\d\.\d{9}\+02:00 0\n$/);
  });

  it("has a clock that can be set back: what is printed then is older than what was printed before", async () => {
    const bench = ticker();
    await bench.pod("p");
    await bench.clock.advance(3000);
    bench.sim.node.stepClock(-60_000);
    await bench.clock.advance(1500);
    const stamps = (await bench.read(`${LOG}?timestamps=true`))
      .trim()
      .split("\n")
      .map((line) => Date.parse(line.slice(0, 30)));
    const steps = stamps.slice(1).map((stamp, index) => stamp - (stamps[index] ?? 0));
    expect(steps).toContain(-59_000);
  });

  it("goes on while its kubelet is restarted: streams end, new ones are refused, the end is heard of later", async () => {
    const bench = ticker();
    await bench.pod("p");
    await bench.clock.advance(15_000);
    const following = bench.start(`${LOG}?follow=true`);
    await bench.clock.advance(100);
    bench.sim.node.restartKubelet(30_000);
    expect((await bench.clock.run(following)).error).toBeUndefined();
    const refused = await bench.send("GET", LOG);
    expect([refused.status, ((await refused.json()) as { message: string }).message]).toEqual([
      500,
      'Get "https://10.88.0.1:10250/containerLogs/default/p/main": dial tcp 10.88.0.1:10250: connect: connection refused',
    ]);
    await bench.clock.advance(25_000);
    expect((await bench.getPod("p")).status.phase).toBe("Running");
    await bench.clock.advance(10_000);
    expect((await bench.getPod("p")).status.phase).toBe("Succeeded");
    expect(await bench.read(LOG)).toContain("19\n");
  });

  it("is lost: its pods are no longer ready, then deleted for the taint, and nobody confirms it until the node is back", async () => {
    const bench = ticker();
    await bench.pod("p");
    await bench.clock.advance(3000);
    bench.sim.node.lose();
    await bench.clock.advance(51_000);
    const tainted = await bench.getPod("p");
    expect(tainted.status.conditions?.find(({ type }) => type === "Ready")?.status).toBe("False");
    await bench.clock.advance(300_000);
    const deleted = await bench.getPod("p");
    expect(deleted.metadata.deletionTimestamp).toBeDefined();
    expect(disruption(deleted)).toMatchObject({ status: "True", reason: "DeletionByTaintManager" });
    await bench.clock.advance(600_000);
    expect((await bench.getPod("p")).status.phase).toBe("Running");
    bench.sim.node.recover();
    await bench.clock.advance(5000);
    expect((await bench.send("GET", `${PODS_PATH}/p`)).status).toBe(404);
  });
});

it("gives a pod's place to another: the condition says so before the pod ends", async () => {
  const bench = new Bench(({ sleep }) => sleep(3_600_000).then(() => 0));
  await bench.job("j");
  await bench.clock.advance(3000);
  const { items } = await bench.ask<{ items: [Pod] }>("GET", PODS_PATH);
  bench.sim.preemptPod(NAMESPACE, items[0].metadata.name);
  const pod = await bench.getPod(items[0].metadata.name);
  expect(disruption(pod)).toMatchObject({ reason: "PreemptionByScheduler" });
  await bench.clock.advance(60_000);
  const job = await bench.ask<Job>("GET", `${JOBS_PATH}/j`);
  expect(job.status.conditions?.map(({ type }) => type)).toEqual(["FailureTarget", "Failed"]);
});

it("says that a node is on its way, at a time that was planned", async () => {
  const bench = ticker();
  bench.sim.setUnschedulable("1 node(s) had untolerated taint(s)");
  const pod = await bench.pod("p");
  bench.sim.after(30_000, () => bench.sim.scaleUp(NAMESPACE, "p"));
  bench.sim.after(90_000, () => bench.sim.setUnschedulable(undefined));
  await bench.clock.advance(100_000);
  const path = `/api/v1/events?fieldSelector=involvedObject.uid=${pod.metadata.uid}`;
  const events = (await bench.ask<{ items: KubeEvent[] }>("GET", path)).items;
  const event = events.find(({ reason }) => reason === "TriggeredScaleUp");
  expect(event?.source?.component).toBe("cluster-autoscaler");
  expect(event?.message).toMatch(/^pod triggered scale-up: /);
  expect((await bench.getPod("p")).status.phase).toBe("Running");
});
