import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { acquireClaim, type Claim, type Cluster, collectionPath, type Holding } from "@opencode-k8s/k8s-kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClaimWorld, connect, createSuspended } from "./claim-world.ts";
import { expectNoCrash } from "./crashes.ts";

const MINUTE = 60_000;

expectNoCrash();

describe.concurrent("a claim", { timeout: 15 * MINUTE }, () => {
  let world: ClaimWorld;
  const clusters: Cluster[] = [];
  beforeAll(async () => void (world = await ClaimWorld.open()));
  afterAll(async () => {
    await Promise.all(clusters.map((cluster) => cluster.close()));
    await world[Symbol.asyncDispose]();
  });
  const another = (): Cluster => {
    const cluster = connect();
    clusters.push(cluster);
    return cluster;
  };
  const acquire = (
    cluster: Cluster,
    name: string,
    holder: string,
    onWait: (holding: Holding) => void = () => undefined,
  ): Promise<Claim> => {
    const options = { signal: AbortSignal.timeout(11 * MINUTE), waitMs: 10 * MINUTE, onWait };
    return acquireClaim(cluster, { namespace: world.namespace, name, holder }, options);
  };
  const leaseOf = (name: string): string => `${collectionPath.leases(world.namespace)}/${name}`;

  test("of a process that was killed is taken over when its Job has ended (complaint 18)", async () => {
    const script = new URL("claim-holder.ts", import.meta.url);
    const victim = fork(script, [world.namespace, "killed", "3600"], { stdio: ["ignore", "pipe", "inherit", "ipc"] });
    const said = await Promise.race([once(victim.stdout ?? victim, "data"), once(victim, "exit")]);
    expect(String(said[0])).toBe("started with 1\n");
    victim.kill("SIGKILL");

    const told: Holding[] = [];
    const stop = new AbortController();
    const overlaps = world.watchForOverlaps(stop.signal);
    const heir = another();
    const waits = Promise.withResolvers<void>();
    const acquiring = acquire(heir, "killed", "heir", (holding) => {
      told.push(holding);
      waits.resolve();
    });
    await Promise.race([waits.promise, acquiring]);
    // It is waited for, and ends now.
    const body = { spec: { activeDeadlineSeconds: 1 } };
    await heir.patch(`${collectionPath.jobs(world.namespace)}/victim`, { strategy: "merge", body });
    const claim = await acquiring;
    expect(claim.fencing).toBe(2);
    expect(told).toMatchObject([{ holder: "victim", job: { name: "victim" }, fencing: 1 }]);
    expect((await world.whatLives()).livePodsOf).not.toContain("victim");
    const signal = AbortSignal.timeout(5 * MINUTE);
    const job = await createSuspended(heir, world.namespace, claim, { name: "heir", seconds: 2, signal });
    await claim.startJob(job, signal);
    await sleep(5_000);
    await claim.release(signal);
    stop.abort();
    expect(await overlaps).toEqual([]);
  });

  test("of a process that prepares for too long is lost, and the Job that it wakes up with never runs", async () => {
    const slow = another();
    const claim = await acquire(slow, "slow", "slow");
    const next = await acquire(another(), "slow", "next");
    expect(next.fencing).toBe(2);
    const signal = AbortSignal.timeout(5 * MINUTE);
    const job = await createSuspended(slow, world.namespace, claim, { name: "late", seconds: 30, signal });
    await expect(claim.startJob(job, signal)).rejects.toMatchObject({ name: "ClaimLostError" });
    expect(String(claim.lost.reason)).toContain('held by "next" now');
    expect((await world.whatLives()).jobs).not.toContain("late");
    await next.release(signal);
  });

  test("of a process that stood still before it resumed its Job is taken over, and that Job cannot be resumed", async () => {
    const slow = another();
    const claim = await acquire(slow, "asleep", "asleep");
    const signal = AbortSignal.timeout(12 * MINUTE);
    const job = await createSuspended(slow, world.namespace, claim, { name: "asleep", seconds: 30, signal });
    // What startJob does first, and then nothing.
    const annotations = { "k8s-kit/job": `asleep/${job.metadata?.uid}` };
    await slow.patch(leaseOf("asleep"), { strategy: "merge", body: { metadata: { annotations } } });
    const next = await acquire(another(), "asleep", "next");
    expect((await world.whatLives()).jobs).not.toContain("asleep");
    await expect(claim.startJob(job, signal)).rejects.toMatchObject({ name: "ClaimLostError" });
    expect(next.lost.aborted).toBe(false);
    await next.release(signal);
  });

  test("whose Lease is deleted is lost at once", async () => {
    const cluster = another();
    const claim = await acquire(cluster, "deleted", "holder");
    await cluster.request("DELETE", leaseOf("deleted"));
    for (let waited = 0; waited < MINUTE && !claim.lost.aborted; waited += 100) await sleep(100);
    expect(String(claim.lost.reason)).toContain("its Lease was deleted");
    claim[Symbol.dispose]();
  });
});
