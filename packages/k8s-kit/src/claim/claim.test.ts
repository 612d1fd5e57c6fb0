import { describe, expect, test } from "vitest";
import { CONTAINER, jobUids, NAMESPACE, simCluster, type SimCluster } from "../../test/sim-cluster.ts";
import { Cluster } from "../cluster/index.ts";
import { createOnce, deleteJob, podsOf, refOf } from "../jobs/index.ts";
import { collectionPath, type Job, type Lease } from "../objects.ts";
import { sweepUnnamed, withdrawJob } from "./withdraw-job.ts";
import { acquireClaim, type AcquireOptions, type Claim, type Holding } from "./index.ts";

const LEASE = `${collectionPath.leases(NAMESPACE)}/agent`;

/** Each container runs for this long, and does not heed SIGTERM. */
const world = (ms: number): SimCluster =>
  simCluster(async (io) => {
    await io.sleep(ms);
    return 0;
  });

/** Another process: it shares nothing but the API server, and its clocks are two years wrong. */
function another({ sim, clock }: SimCluster): Cluster {
  const transport = {
    call: sim.fetch,
    stream: sim.fetch,
    headers: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  };
  const wrong = {
    now: () => clock.now() + 6e10,
    monotonic: () => clock.monotonic() + 6e10,
    sleep: clock.sleep.bind(clock),
  };
  return new Cluster({ server: "https://sim", transport, clock: wrong, random: () => 0.5 });
}

function acquire(cluster: Cluster, holder: string, options: Partial<AcquireOptions> = {}): Promise<Claim> {
  const { signal } = new AbortController();
  return acquireClaim(
    cluster,
    { namespace: NAMESPACE, name: "agent", holder },
    { signal, waitMs: 3_600_000, ...options },
  );
}

function suspendedJob({ cluster, signal }: SimCluster, claim: Claim, name = "job"): Promise<Job> {
  const spec = {
    suspend: true,
    backoffLimit: 0,
    template: { spec: { restartPolicy: "Never", containers: [{ name: CONTAINER, image: "image:1" }] } },
  };
  const body = { apiVersion: "batch/v1", kind: "Job", metadata: { name, labels: claim.labels }, spec };
  return createOnce(cluster, collectionPath.jobs(NAMESPACE), body, signal) as Promise<Job>;
}

const run = <T>({ clock }: SimCluster, work: () => Promise<T>): Promise<T> => clock.run(work());
const lease = ({ cluster }: SimCluster): Promise<Lease> => cluster.request<Lease>("GET", LEASE);
const seconds = ({ clock }: SimCluster): number => Math.round(clock.monotonic() / 1000);
const verbs = ({ sim }: SimCluster, from = 0): string[] =>
  sim.requests.slice(from).map(({ verb, resource }) => `${verb} ${resource}`);

describe("a claim that nobody wants besides", () => {
  test("costs a request each to acquire, name, resume and release, and the Job runs once it is named", async () => {
    const here = world(10_000);
    await run(here, async () => {
      const claim = await acquire(here.cluster, "run-1");
      const job = await suspendedJob(here, claim);
      await here.clock.sleep(30_000);
      expect(await podsOf(here.cluster, refOf(job), here.signal)).toEqual([]);
      const before = here.sim.requests.length;
      await claim.startJob(job, here.signal);
      expect(verbs(here, before)).toEqual(["update leases", "patch jobs"]);
      await here.clock.sleep(5_000);
      expect(await podsOf(here.cluster, refOf(job), here.signal)).toHaveLength(1);
      expect((await lease(here)).spec).toMatchObject({ holderIdentity: "run-1", leaseTransitions: 1 });
      await claim.release(here.signal);
      expect((await lease(here)).spec).not.toHaveProperty("holderIdentity");
      expect(verbs(here).filter((verb) => verb.endsWith("leases") && !verb.startsWith("get"))).toEqual([
        "list leases",
        "watch leases",
        "create leases",
        "update leases",
        "update leases",
      ]);
    });
  });

  test("has a larger fencing number with each holder, and its Job carries it", async () => {
    const here = world(1_000);
    await run(here, async () => {
      const numbers: number[] = [];
      for (const holder of ["a", "b", "c"]) {
        const claim = await acquire(here.cluster, holder);
        numbers.push(claim.fencing);
        const resumed = await claim.startJob(await suspendedJob(here, claim, holder), here.signal);
        expect(resumed.metadata?.annotations).toMatchObject({ "k8s-kit/fencing": String(claim.fencing) });
        expect(resumed.metadata?.labels).toMatchObject({ "k8s-kit/fencing": String(claim.fencing) });
        await here.clock.sleep(10_000);
        await claim.release(here.signal);
      }
      expect(numbers).toEqual([1, 2, 3]);
    });
  });

  test("is acquired, named, resumed and released although every answer gets lost once", async () => {
    const here = world(1_000);
    await run(here, async () => {
      const lossy = async <T>(work: () => Promise<T>): Promise<T> => {
        here.loseAnswers(1);
        return work();
      };
      using _ = await acquire(here.cluster, "watch open", { waitMs: 0 });
      await _.release(here.signal);
      const claim = await lossy(() => acquire(here.cluster, "run-1"));
      const job = await suspendedJob(here, claim);
      await lossy(() => claim.startJob(job, here.signal));
      await here.clock.sleep(10_000);
      expect(claim.lost.aborted).toBe(false);
      await lossy(() => claim.release(here.signal));
      expect((await acquire(another(here), "run-2", { waitMs: 0 })).fencing).toBe(3);
    });
  });
});

describe("a claim that is held", () => {
  test("is waited for without a request, its holder is told as it changes, and it comes when it is released", async () => {
    const here = world(1_800_000);
    await run(here, async () => {
      const claim = await acquire(here.cluster, "run-1");
      const told: Holding[] = [];
      const next = acquire(another(here), "run-2", { onWait: (holding) => void told.push(holding) });
      await here.clock.sleep(10_000);
      const job = await suspendedJob(here, claim);
      await claim.startJob(job, here.signal);
      await here.clock.sleep(10_000);
      const before = here.sim.requests.length;
      await here.clock.sleep(5 * 60_000);
      expect(verbs(here, before)).toEqual([]);
      await deleteJob(here.cluster, refOf(job), here.signal);
      await here.clock.sleep(40_000);
      await claim.release(here.signal);
      expect((await next).fencing).toBe(2);
      expect(told).toEqual([
        { holder: "run-1", job: null, fencing: 1 },
        { holder: "run-1", job: refOf(job), fencing: 1 },
      ]);
    });
  });

  test("by a process that is gone is free when its Job has ended, not before (complaint 18)", async () => {
    const here = world(300_000);
    await run(here, async () => {
      const claim = await acquire(here.cluster, "run-1");
      await claim.startJob(await suspendedJob(here, claim), here.signal);
      claim[Symbol.dispose]();
      expect((await acquire(another(here), "run-2")).fencing).toBe(2);
      expect(seconds(here)).toBeGreaterThan(300);
      expect(seconds(here)).toBeLessThan(306);
    });
  });

  test("by a Job that was deleted is not free while its pod still ends", async () => {
    const here = world(3_600_000);
    await run(here, async () => {
      const claim = await acquire(here.cluster, "run-1");
      const job = await suspendedJob(here, claim);
      await claim.startJob(job, here.signal);
      await here.clock.sleep(10_000);
      claim[Symbol.dispose]();
      await deleteJob(here.cluster, refOf(job), here.signal);
      await acquire(another(here), "run-2");
      // The pod's grace of 30 s, and then 5 s in which no other pod came.
      expect(seconds(here)).toBeGreaterThanOrEqual(45);
      expect(seconds(here)).toBeLessThan(48);
    });
  });

  test("by a Job that a list left out is not free: a fresh look shows it (complaint 15)", async () => {
    const here = world(120_000);
    await run(here, async () => {
      const holder = another(here);
      const claim = await acquire(holder, "run-1");
      await claim.startJob(await suspendedJob(here, claim), here.signal);
      await here.clock.sleep(10_000);
      here.hideFromNextList("jobs");
      await acquire(here.cluster, "run-2");
      expect(seconds(here)).toBeGreaterThan(120);
    });
  });

  test("is given up after waitMs, with the holder's name", async () => {
    const here = world(3_600_000);
    await run(here, async () => {
      const claim = await acquire(here.cluster, "run-1");
      await claim.startJob(await suspendedJob(here, claim), here.signal);
      const began = seconds(here);
      const waiting = acquire(another(here), "run-2", { waitMs: 120_000 });
      await expect(waiting).rejects.toMatchObject({
        name: "ClaimHeldError",
        message: 'Claim default/agent is still held by "run-1", with Job job after 120 s',
        holding: { holder: "run-1", job: { name: "job" }, fencing: 1 },
      });
      expect(seconds(here) - began).toBe(120);
      await expect(acquire(another(here), "run-3", { waitMs: 0 })).rejects.toThrow("still held");
    });
  });

  test("is no longer waited for at once when the signal aborts", async () => {
    const here = world(1_000);
    await run(here, async () => {
      await acquire(here.cluster, "run-1");
      const stop = new AbortController();
      const waiting = acquire(another(here), "run-2", { signal: stop.signal });
      void here.clock.sleep(7_000).then(() => stop.abort(new Error("enough")));
      await expect(waiting).rejects.toThrow("enough");
      expect(here.clock.monotonic()).toBe(7_000);
    });
  });
});

describe("a holder that stands still", () => {
  test("before it named a Job loses the claim after 60 s, finds out before its Job runs, and the Job is deleted", async () => {
    const here = world(600_000);
    await run(here, async () => {
      const claim = await acquire(here.cluster, "slow");
      const next = await acquire(another(here), "next");
      expect(seconds(here)).toBe(60);
      await here.clock.sleep(100);
      expect(claim.lost.reason).toMatchObject({
        name: "ClaimLostError",
        message: 'Claim default/agent is lost: it is held by "next" now',
      });
      const job = await suspendedJob(here, claim, "late");
      await expect(claim.startJob(job, here.signal)).rejects.toMatchObject({ name: "ClaimLostError" });
      expect(await jobUids(here)).toEqual([]);
      await next.startJob(await suspendedJob(here, next), here.signal);
      await claim.release(here.signal);
      expect((await lease(here)).spec?.holderIdentity).toBe("next");
    });
  });

  test("between naming and resuming loses its Job after 60 s, and cannot resume it any more", async () => {
    const here = world(600_000);
    await run(here, async () => {
      const claim = await acquire(here.cluster, "slow");
      const job = await suspendedJob(here, claim);
      const stop = new AbortController();
      here.sim.faults.answer({ verb: "patch" }, { status: 503 }, 1_000);
      const starting = claim.startJob(job, stop.signal);
      void here.clock.sleep(20_000).then(() => stop.abort(new Error("stands still")));
      await expect(starting).rejects.toThrow("stands still");
      here.sim.faults.clear();
      const next = await acquire(another(here), "next");
      expect(seconds(here)).toBeGreaterThanOrEqual(80);
      expect(seconds(here)).toBeLessThan(90);
      expect(await jobUids(here)).toEqual([]);
      await expect(claim.startJob(job, here.signal)).rejects.toMatchObject({
        name: "ClaimLostError",
        message: expect.stringContaining("withdrawn before it was resumed"),
      });
      expect(next.lost.aborted).toBe(false);
    });
  });

  test("but resumes its Job in the last moment keeps it: it is not deleted as it was before", async () => {
    const here = world(600_000);
    await run(here, async () => {
      const claim = await acquire(here.cluster, "slow");
      const job = await suspendedJob(here, claim);
      await claim.startJob(job, here.signal);
      expect(await withdrawJob(here.cluster, job, here.signal)).toBe(false);
      expect(await jobUids(here)).toEqual([job.metadata?.uid]);
    });
  });

  test("and does not know whether its Job was resumed may release: the next one finds out", async () => {
    const here = world(30_000);
    await run(here, async () => {
      const claim = await acquire(here.cluster, "slow");
      const job = await suspendedJob(here, claim);
      const stop = new AbortController();
      here.sim.faults.answer({ verb: "patch" }, { status: 503 }, 1_000);
      void here.clock.sleep(5_000).then(() => stop.abort(new Error("enough")));
      await expect(claim.startJob(job, stop.signal)).rejects.toThrow("enough");
      await claim.release(here.signal);
      await acquire(another(here), "next");
      expect(seconds(here)).toBeLessThan(10);
      expect(await jobUids(here)).toEqual([]);
    });
  });

  test("leaves no Job behind that it never named", async () => {
    const here = world(1_000);
    await run(here, async () => {
      const claim = await acquire(here.cluster, "crashed");
      await suspendedJob(here, claim);
      claim[Symbol.dispose]();
      await acquire(another(here), "next");
      expect(await jobUids(here)).toEqual([]);
    });
  });

  test("while it sweeps up behind an earlier one takes nothing away from the next", async () => {
    const here = world(1_000);
    await run(here, async () => {
      const first = await acquire(here.cluster, "stood still");
      const before = await lease(here);
      await first.release(here.signal);
      const next = await acquire(another(here), "next");
      const job = await suspendedJob(here, next);
      await sweepUnnamed(here.cluster, before, here.signal);
      await next.startJob(job, here.signal);
    });
  });
});

describe("a Job that somebody else goes on observing", () => {
  test("is taken over with its claim while it runs, and the next one waits for its end", async () => {
    const here = world(60_000);
    await run(here, async () => {
      const first = await acquire(here.cluster, "run-1");
      const job = await first.startJob(await suspendedJob(here, first), here.signal);
      await here.clock.sleep(10_000);
      const second = await acquire(another(here), "run-2", { waitMs: 0, adopt: refOf(job) });
      expect(second.job).toEqual(refOf(job));
      expect(second.fencing).toBe(2);
      await expect(second.startJob(job, here.signal)).rejects.toThrow("must be true");
      await here.clock.sleep(1_000);
      expect(first.lost.reason).toMatchObject({ name: "ClaimLostError" });
      await first.release(here.signal);
      expect((await lease(here)).spec).toMatchObject({ holderIdentity: "run-2" });
      await expect(acquire(another(here), "run-3", { waitMs: 0 })).rejects.toThrow('"run-2", with Job job');
      await second.release(here.signal);
      expect((await acquire(another(here), "run-3", { waitMs: 0 })).fencing).toBe(3);
    });
  });

  test("is taken over when it is over, too", async () => {
    const here = world(1_000);
    await run(here, async () => {
      const first = await acquire(here.cluster, "run-1");
      const job = await first.startJob(await suspendedJob(here, first), here.signal);
      await here.clock.sleep(30_000);
      const second = await acquire(another(here), "run-2", { waitMs: 0, adopt: refOf(job) });
      expect(second.job).toEqual(refOf(job));
    });
  });

  test("is not taken over before it was resumed: its holder may be about to withdraw", async () => {
    const here = world(1_000);
    await run(here, async () => {
      const first = await acquire(here.cluster, "run-1");
      const job = await suspendedJob(here, first);
      here.sim.faults.answer({ verb: "patch", resource: "jobs" }, { status: 403, message: "no" });
      await expect(first.startJob(job, here.signal)).rejects.toThrow("no");
      const adopting = acquire(another(here), "run-2", { waitMs: 0, adopt: refOf(job) });
      await expect(adopting).rejects.toMatchObject({ name: "ClaimHeldError" });
    });
  });

  test("is observed by the last of two that adopt it; the other is told", async () => {
    const here = world(60_000);
    await run(here, async () => {
      const first = await acquire(here.cluster, "run-1");
      const job = await first.startJob(await suspendedJob(here, first), here.signal);
      const options = { waitMs: 10_000, adopt: refOf(job) };
      const claims = await Promise.all([
        acquire(another(here), "run-2", options),
        acquire(another(here), "run-3", options),
      ]);
      await here.clock.sleep(1_000);
      // Who comes second adopts from the first, who is told.
      expect(claims.filter(({ lost }) => lost.aborted)).toHaveLength(1);
      expect((await lease(here)).metadata?.annotations).toMatchObject({ "k8s-kit/job": `job/${refOf(job).uid}` });
    });
  });
});

describe("a Lease that somebody touched", () => {
  test("and deleted: the holder is told, and the next one gets the claim", async () => {
    const here = world(600_000);
    await run(here, async () => {
      const claim = await acquire(here.cluster, "run-1");
      await here.cluster.request("DELETE", LEASE);
      await here.clock.sleep(100);
      expect(claim.lost.reason).toMatchObject({ message: "Claim default/agent is lost: its Lease was deleted" });
      const next = await acquire(another(here), "run-2", { waitMs: 0 });
      const job = await suspendedJob(here, claim);
      await expect(claim.startJob(job, here.signal)).rejects.toMatchObject({ name: "ClaimLostError" });
      expect(next.lost.aborted).toBe(false);
    });
  });

  test.each([
    ["cleared", { spec: null }, "it is held by nobody any more now"],
    ["made another tool's", { spec: null, metadata: { labels: null } }, "its Lease is no claim any more"],
  ])("and %s: the holder is told, and starts nothing", async (_, body, why) => {
    const here = world(600_000);
    await run(here, async () => {
      const claim = await acquire(here.cluster, "run-1");
      const job = await suspendedJob(here, claim);
      await here.cluster.patch(LEASE, { strategy: "merge", body });
      await expect(claim.startJob(job, here.signal)).rejects.toMatchObject({ name: "ClaimLostError" });
      expect(claim.lost.reason).toMatchObject({ message: `Claim default/agent is lost: ${why}` });
      await expect(
        here.cluster.request("GET", `${collectionPath.jobs(NAMESPACE)}/${job.metadata?.name}`),
      ).rejects.toMatchObject({ status: 404 });
    });
  });

  test.each([
    ["cleared", { spec: null }],
    ["made another tool's", { spec: null, metadata: { labels: null } }],
  ])("and %s: the holder is told although it does nothing", async (_, body) => {
    const here = world(600_000);
    await run(here, async () => {
      const claim = await acquire(here.cluster, "run-1");
      await here.cluster.patch(LEASE, { strategy: "merge", body });
      await here.clock.sleep(1_000);
      expect(claim.lost.reason).toMatchObject({ name: "ClaimLostError" });
    });
  });

  test("and labelled is still the holder's", async () => {
    const here = world(1_000);
    await run(here, async () => {
      const claim = await acquire(here.cluster, "run-1");
      await here.cluster.patch(LEASE, { strategy: "merge", body: { metadata: { labels: { team: "a" } } } });
      await claim.startJob(await suspendedJob(here, claim), here.signal);
      await here.clock.sleep(10_000);
      expect(claim.lost.aborted).toBe(false);
      await claim.release(here.signal);
      expect((await lease(here)).metadata?.labels).toMatchObject({ team: "a" });
    });
  });

  test.each([
    ["another tool's", { metadata: { name: "agent" } }, "it has no label k8s-kit/claim"],
    [
      "spoilt",
      { metadata: { name: "agent", labels: { "k8s-kit/claim": "" }, annotations: { "k8s-kit/job": "no uid" } } },
      'its annotation k8s-kit/job is "no uid"',
    ],
  ])("and is %s: said at once, with the remedy", async (_, body, words) => {
    const here = world(1_000);
    await run(here, async () => {
      await here.cluster.request("POST", collectionPath.leases(NAMESPACE), { body });
      const error = await acquire(here.cluster, "run-1").catch((caught: unknown) => caught);
      expect(error).toMatchObject({ name: "ForeignLeaseError", message: expect.stringContaining(words) });
      expect(String(error)).toContain("Choose another name, or delete the Lease");
      expect(seconds(here)).toBe(0);
    });
  });
});

describe("bad input is told at once", () => {
  test.each([
    ["namespace", { namespace: "a/b", name: "agent", holder: "h" }],
    ["name", { namespace: NAMESPACE, name: "Agent", holder: "h" }],
    ["holder", { namespace: NAMESPACE, name: "agent", holder: "" }],
  ])("%s", async (field, request) => {
    const { cluster, signal, sim } = world(1_000);
    const acquiring = acquireClaim(cluster, request, { signal, waitMs: 0 });
    await expect(acquiring).rejects.toMatchObject({ name: "InvalidInputError", field });
    expect(sim.requests).toEqual([]);
  });

  test.each([-1, NaN])("a wait of %s", async (waitMs) => {
    await expect(acquire(world(1_000).cluster, "run-1", { waitMs })).rejects.toMatchObject({ field: "waitMs" });
  });

  test("a Job that is not suspended, and a second Job", async () => {
    const here = world(60_000);
    await run(here, async () => {
      const claim = await acquire(here.cluster, "run-1");
      const job = await suspendedJob(here, claim);
      const running = { ...job, spec: { ...job.spec, suspend: false } } as Job;
      await expect(claim.startJob(running, here.signal)).rejects.toMatchObject({ field: "job.spec.suspend" });
      await claim.startJob(job, here.signal);
      const second = await suspendedJob(here, claim, "second");
      await expect(claim.startJob(second, here.signal)).rejects.toThrow("a claim starts one Job");
    });
  });

  test("a Job after the claim was released: the next holder's may run by then, so it is not resumed", async () => {
    const here = world(60_000);
    await run(here, async () => {
      const claim = await acquire(here.cluster, "run-1");
      const job = await suspendedJob(here, claim);
      await claim.release(here.signal);
      const before = here.sim.requests.length;
      await expect(claim.startJob(job, here.signal)).rejects.toThrow("a claim that was released starts none");
      expect(verbs(here, before)).toEqual([]);
      await here.clock.sleep(10_000);
      expect(await podsOf(here.cluster, refOf(job), here.signal)).toEqual([]);
    });
  });

  test("a Job whose claim is released while it is being named: it is not resumed", async () => {
    const here = world(60_000);
    await run(here, async () => {
      const claim = await acquire(here.cluster, "run-1");
      const job = await suspendedJob(here, claim);
      const starting = claim.startJob(job, here.signal);
      await Promise.all([expect(starting).rejects.toThrow("starts none"), claim.release(here.signal)]);
      expect(verbs(here)).not.toContain("patch jobs");
    });
  });

  test("a Job again, after its claim was left as it is", async () => {
    const here = world(60_000);
    await run(here, async () => {
      const claim = await acquire(here.cluster, "run-1");
      const job = await suspendedJob(here, claim);
      await claim.startJob(job, here.signal);
      claim[Symbol.dispose]();
      await expect(claim.startJob(job, here.signal)).rejects.toThrow("a claim that was released starts none");
    });
  });

  test("a missing right", async () => {
    const here = world(1_000);
    here.sim.faults.answer({ verb: "create", resource: "leases" }, { status: 403, message: "no leases for you" });
    await expect(run(here, () => acquire(here.cluster, "run-1"))).rejects.toMatchObject({ status: 403 });
  });
});
