import { describe, expect, it } from "vitest";
import { Bench, JOBS_PATH, NAMESPACE, PODS_PATH, SECRETS_PATH } from "./testing.ts";
import type { Claim, Job, KubeEvent, Pod, Secret } from "./wire.ts";

/** What only a simulator can be asked to do. What a real cluster does too is in `conformance/`. */
describe("KubeSim", () => {
  const sleeper = (): Bench =>
    new Bench(async ({ print, sleep }) => {
      print("up\n");
      await sleep(3_600_000);
      return 0;
    });
  const theOnlyPod = async (bench: Bench): Promise<Pod> =>
    (await bench.ask<{ items: [Pod] }>("GET", PODS_PATH)).items[0];
  const types = (job: Job): string[] => (job.status.conditions ?? []).map(({ type }) => type);

  it("is the same each time: names, uids, revisions, times", async () => {
    const once = async (): Promise<string> => {
      const bench = new Bench();
      await bench.job("same");
      return bench.read(`${PODS_PATH}?watch=true&timeoutSeconds=10`);
    };
    const text = await once();
    expect(text.split("\n").length).toBeGreaterThan(5);
    expect(await once()).toBe(text);
  });

  it("evicts a pod: phase and reason on the pod, DisruptionTarget among its conditions", async () => {
    const bench = sleeper();
    const job = await bench.job("j");
    await bench.clock.advance(2000);
    const { metadata } = await theOnlyPod(bench);
    bench.sim.evictPod(NAMESPACE, metadata.name);
    await bench.clock.advance(5000);
    const pod = await bench.getPod(metadata.name);
    expect(pod.status).toMatchObject({
      phase: "Failed",
      reason: "Evicted",
      message: "The node was low on resource: memory.",
    });
    expect(pod.status.conditions?.[0]).toMatchObject({
      type: "DisruptionTarget",
      status: "True",
      reason: "TerminationByKubelet",
    });
    expect(pod.status.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 137 });
    expect(types(await bench.ask<Job>("GET", `${JOBS_PATH}/${job.metadata.name}`))).toEqual([
      "FailureTarget",
      "Failed",
    ]);
  });

  it("kills a container for its memory", async () => {
    const bench = sleeper();
    await bench.pod("p");
    await bench.clock.advance(2000);
    bench.sim.oomKill(NAMESPACE, "p");
    await bench.clock.advance(3000);
    const { status } = await bench.getPod("p");
    expect(status.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 137, reason: "OOMKilled" });
    expect(status.phase).toBe("Failed");
  });

  it("deletes a Job's pod behind its back: the Job fails", async () => {
    const bench = sleeper();
    await bench.job("j");
    await bench.clock.advance(2000);
    const { metadata } = await theOnlyPod(bench);
    bench.sim.deletePod(NAMESPACE, metadata.name, { gracePeriodSeconds: 1 });
    await bench.clock.advance(10_000);
    expect(types(await bench.ask<Job>("GET", `${JOBS_PATH}/j`))).toEqual(["FailureTarget", "Failed"]);
    expect((await bench.send("GET", `${PODS_PATH}/${metadata.name}`)).status).toBe(404);
  });

  it("retries a failing Job as often as its backoffLimit says, later each time", async () => {
    const bench = new Bench(() => Promise.resolve(1));
    await bench.job("j", { backoffLimit: 2 });
    await bench.clock.advance(120_000);
    const { status } = await bench.ask<Job>("GET", `${JOBS_PATH}/j`);
    expect(status).toMatchObject({ failed: 3 });
    const { items } = await bench.ask<{ items: Pod[] }>("GET", PODS_PATH);
    const started = items.map(({ metadata }) => Date.parse(metadata.creationTimestamp)).sort((a, b) => a - b);
    const [first = 0, second = 0, third = 0] = started;
    expect([second - first >= 10_000, third - second >= 20_000]).toEqual([true, true]);
  });

  it("removes a finished Job, and all that is its, after the TTL", async () => {
    const bench = new Bench();
    await bench.job("j", { ttlSecondsAfterFinished: 60 });
    await bench.clock.advance(30_000);
    expect((await bench.send("GET", `${JOBS_PATH}/j`)).status).toBe(200);
    await bench.clock.advance(60_000);
    expect((await bench.send("GET", `${JOBS_PATH}/j`)).status).toBe(404);
    expect((await bench.ask<{ items: [] }>("GET", PODS_PATH)).items).toEqual([]);
  });

  it("keeps a pod pending while no node wants it", async () => {
    const bench = new Bench();
    bench.sim.setUnschedulable("1 node(s) had untolerated taint(s)");
    await bench.pod("p");
    await bench.clock.advance(60_000);
    const pending = await bench.getPod("p");
    expect(pending.status.conditions?.[0]).toMatchObject({
      reason: "Unschedulable",
      message: expect.stringContaining("untolerated") as string,
    });
    bench.sim.setUnschedulable(undefined);
    await bench.clock.advance(10_000);
    expect((await bench.getPod("p")).status.phase).toBe("Succeeded");
  });

  it("gives way when another pod is over: resources are counted", async () => {
    const bench = new Bench(
      async ({ sleep }) => {
        await sleep(30_000);
        return 0;
      },
      { allocatable: { cpu: "1" } },
    );
    const containers = [{ name: "main", image: "agent:1", resources: { requests: { cpu: "600m" } } }];
    await bench.pod("first", { containers });
    await bench.pod("second", { containers });
    await bench.clock.advance(10_000);
    expect((await bench.getPod("second")).status.conditions?.[0]?.message).toContain("1 Insufficient cpu");
    await bench.clock.advance(60_000);
    expect((await bench.getPod("second")).status.phase).toBe("Succeeded");
  });

  it("pulls an image that is not there yet, slowly", async () => {
    const bench = new Bench();
    bench.sim.images.set("agent:1", { kind: "remote", pullMs: 90_000 });
    const pod = await bench.pod("p");
    await bench.clock.advance(60_000);
    expect((await bench.getPod("p")).status.containerStatuses?.[0]?.state?.waiting?.reason).toBe("ContainerCreating");
    await bench.clock.advance(60_000);
    expect((await bench.getPod("p")).status.phase).toBe("Succeeded");
    const { items } = await bench.ask<{ items: KubeEvent[] }>(
      "GET",
      `/api/v1/events?fieldSelector=involvedObject.uid=${pod.metadata.uid}`,
    );
    expect(items.map(({ reason }) => reason)).toEqual(expect.arrayContaining(["Pulling", "Pulled"]));
  });

  it("binds claims: at once, or with the first pod", async () => {
    const bench = new Bench();
    const claim = (name: string, storageClassName?: string): Promise<Claim> =>
      bench.ask<Claim>("POST", `/api/v1/namespaces/${NAMESPACE}/persistentvolumeclaims`, {
        metadata: { name },
        spec: { accessModes: ["ReadWriteOnce"], storageClassName, resources: { requests: { storage: "1Gi" } } },
      });
    const phase = async (name: string): Promise<string | undefined> =>
      (await bench.ask<Claim>("GET", `/api/v1/namespaces/${NAMESPACE}/persistentvolumeclaims/${name}`)).status?.phase;
    await claim("now");
    await claim("late", "standard-wffc");
    await bench.clock.advance(5000);
    expect([await phase("now"), await phase("late")]).toEqual(["Bound", "Pending"]);
    const volumes = ["now", "late"].map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } }));
    await bench.pod("p", { volumes });
    await bench.clock.advance(10_000);
    expect([await phase("late"), (await bench.getPod("p")).status.phase]).toEqual(["Bound", "Succeeded"]);
    await bench.pod("q", { volumes: [{ name: "v", persistentVolumeClaim: { claimName: "none" } }] });
    await bench.clock.advance(5000);
    expect((await bench.getPod("q")).status.conditions?.[0]?.message).toContain(
      'persistentvolumeclaim "none" not found',
    );
  });

  it("answers a watch from before a compaction with an ERROR event", async () => {
    const bench = new Bench();
    for (const name of ["a", "b"]) await bench.ask("POST", SECRETS_PATH, { metadata: { name } });
    const open = bench.start(`${SECRETS_PATH}?watch=true&resourceVersion=2&timeoutSeconds=5`);
    await bench.clock.advance(1);
    bench.sim.compact();
    await bench.ask("POST", SECRETS_PATH, { metadata: { name: "c" } });
    const lines = (await bench.read(`${SECRETS_PATH}?watch=true&resourceVersion=2`)).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        type: "ERROR",
        object: {
          kind: "Status",
          code: 410,
          reason: "Expired",
          message: expect.stringContaining("too old resource version: 2") as string,
        },
      },
    ]);
    // A watch that was open goes on.
    expect((await bench.clock.run(open)).text).toContain('"name":"c"');
  });

  it("answers a page of a list from before a compaction with 410, and a token that goes on from the present", async () => {
    const bench = new Bench();
    for (const name of ["a", "b", "d"]) await bench.ask("POST", SECRETS_PATH, { metadata: { name } });
    type Page = { code?: number; reason?: string; metadata: { continue: string }; items: Secret[] };
    const first = await bench.ask<Page>("GET", `${SECRETS_PATH}?limit=1`);
    await bench.ask("POST", SECRETS_PATH, { metadata: { name: "c" } });
    bench.sim.compact();
    const late = await bench.ask<Page>("GET", `${SECRETS_PATH}?limit=1&continue=${first.metadata.continue}`);
    expect(late).toMatchObject({ code: 410, reason: "Expired" });
    const rest = await bench.ask<Page>("GET", `${SECRETS_PATH}?continue=${late.metadata.continue}`);
    expect(rest.items.map(({ metadata }) => metadata.name)).toEqual(["b", "c", "d"]);
  });

  it("ends open watches with the same event, when asked to", async () => {
    const bench = new Bench();
    const open = bench.start(`${SECRETS_PATH}?watch=true&resourceVersion=3`);
    await bench.clock.advance(1000);
    bench.sim.compact({ openWatches: true });
    const { text, error } = await bench.clock.run(open);
    expect(error).toBeUndefined();
    expect(JSON.parse(text)).toMatchObject({ type: "ERROR", object: { code: 410, reason: "Expired" } });
  });

  it("sends a bookmark every minute to a quiet watch that asked for them", async () => {
    const bench = new Bench();
    const query = "watch=true&resourceVersion=1&allowWatchBookmarks=true&timeoutSeconds=200";
    const lines = (await bench.read(`${PODS_PATH}?${query}`)).trim().split("\n");
    const bookmark = {
      type: "BOOKMARK",
      object: { kind: "Pod", apiVersion: "v1", metadata: { resourceVersion: "3" } },
    };
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(Array(4).fill(bookmark));
  });

  it("empties a namespace that is deleted, then removes it", async () => {
    const bench = sleeper();
    await bench.ask("POST", "/api/v1/namespaces", { metadata: { name: "short" } });
    const spec = { restartPolicy: "Never", containers: [{ name: "main", image: "agent:1" }] };
    await bench.ask("POST", "/api/v1/namespaces/short/pods", { metadata: { name: "p" }, spec });
    await bench.clock.advance(2000);
    const deleted = await bench.ask<{ status: { phase: string } }>("DELETE", "/api/v1/namespaces/short");
    expect(deleted.status.phase).toBe("Terminating");
    const refused = await bench.send("POST", "/api/v1/namespaces/short/secrets", { metadata: { name: "late" } });
    expect(refused.status).toBe(403);
    await bench.clock.advance(60_000);
    expect((await bench.send("GET", "/api/v1/namespaces/short")).status).toBe(404);
  });

  it("rotates a log on request", async () => {
    const bench = sleeper();
    await bench.pod("p");
    await bench.clock.advance(2000);
    expect(await bench.read(`${PODS_PATH}/p/log`)).toBe("up\n");
    bench.sim.rotateLog(NAMESPACE, "p", "main");
    expect(await bench.read(`${PODS_PATH}/p/log`)).toBe("");
  });

  it("takes the termination message from the log where the container asks for it", async () => {
    const bench = new Bench(({ print }) => {
      print("the reason\n", "stderr");
      return Promise.resolve(2);
    });
    await bench.pod("p", {
      containers: [{ name: "main", image: "agent:1", terminationMessagePolicy: "FallbackToLogsOnError" }],
    });
    await bench.clock.advance(5000);
    expect((await bench.getPod("p")).status.containerStatuses?.[0]?.state?.terminated?.message).toBe("the reason\n");
  });

  it("ends everything when it is closed", async () => {
    const bench = sleeper();
    await bench.pod("p");
    await bench.clock.advance(2000);
    const open = bench.start(`${PODS_PATH}/p/log?follow=true`);
    await bench.clock.advance(2000);
    bench.sim.close();
    expect((await bench.clock.run(open)).text).toBe("up\n");
  });
});
