import { KubeSim, scriptedContainers, VirtualClock } from "@opencode-k8s/kube-sim";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type ClockError,
  type Mishap,
  unreliableProcess,
  type UnreliableProcess,
} from "../../test/unreliable-process.ts";
import { isAlreadyExists, isNotFound } from "../errors/index.ts";
import { createOnce, deleteJob, type JobRef, refOf } from "../jobs/index.ts";
import { collectionPath, type Job, type Pod } from "../objects.ts";
import { acquireClaim } from "./acquire-claim.ts";
import { readClaim } from "./claim-record.ts";
import type { Claim } from "./claim.ts";
import { ClaimLostError } from "./errors.ts";
import { lookAtJob } from "./job-fact.ts";
import { getLease } from "./swap.ts";

/** How many schedules are tried; `CLAIM_SCHEDULES=5000` takes minutes. */
const SCHEDULES = Number(process.env["CLAIM_SCHEDULES"] ?? 100);
const NAMESPACE = "default";
const HOUR = 3_600_000;

/** What one process does with the claim. */
interface Plan {
  readonly mishaps: readonly Mishap[];
  readonly clock: ClockError;
  readonly startMs: number;
  /** Between the claim and the Job. */
  readonly prepareMs: number;
  /** How long its Job's container runs. */
  readonly runMs: number;
  /** It deletes its Job this long after the start, instead of waiting for its end; 0: it does not. */
  readonly cancelMs: number;
  /** It adopts the Job that it finds named, instead of waiting for its end. */
  readonly adopts: boolean;
  /** It leaves the claim as it is, instead of releasing it. */
  readonly leaves: boolean;
}

/** Any request may be the one, but those that change something are where it hurts. */
const where: fc.Arbitrary<Pick<Mishap, "at" | "to">> = fc.oneof(
  // Two to see the Leases, one to take one, two for the Job, four to watch others; the rest looks for its end.
  fc.record({ at: fc.nat({ max: 25 }), to: fc.constant(null) }),
  fc.record({
    at: fc.nat({ max: 1 }),
    to: fc.constantFrom("POST leases", "PUT leases", "POST jobs", "PATCH jobs", "DELETE jobs"),
  }),
);
const what = fc.record({
  kind: fc.constantFrom<Mishap["kind"]>("pause", "pause", "lose", "late", "crash"),
  after: fc.boolean(),
  ms: fc.oneof(fc.nat({ max: 2_000 }), fc.nat({ max: 20_000 }), fc.integer({ min: 50_000, max: 300_000 })),
});
const mishap: fc.Arbitrary<Mishap> = fc.tuple(where, what).map(([one, other]) => ({ ...one, ...other }));
const plan: fc.Arbitrary<Plan> = fc.record({
  mishaps: fc.array(mishap, { maxLength: 4 }),
  clock: fc.record({ skewMs: fc.integer({ min: -1e12, max: 1e12 }), rate: fc.constantFrom(0.5, 0.9, 1, 1.1, 2) }),
  startMs: fc.nat({ max: 30_000 }),
  prepareMs: fc.oneof(fc.nat({ max: 1_000 }), fc.integer({ min: 40_000, max: 130_000 })),
  runMs: fc.nat({ max: 40_000 }),
  cancelMs: fc.oneof(fc.constant(0), fc.nat({ max: 10_000 })),
  adopts: fc.boolean(),
  leaves: fc.boolean(),
});
const schedule = fc.record({ plans: fc.array(plan, { minLength: 5, maxLength: 5 }), seed: fc.nat() });

interface World {
  readonly sim: KubeSim;
  readonly clock: VirtualClock;
  readonly random: () => number;
}

function makeWorld(seed: number): World {
  const clock = new VirtualClock();
  const runtime = scriptedContainers(async (io) => {
    await io.sleep(Number(io.container.command?.[1]));
    return 0;
  });
  let state = seed >>> 0;
  // mulberry32: jitter that is the same in each run of a schedule.
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { sim: new KubeSim({ clock, runtime, seed, timings: { request: 3, createPod: 1 } }), clock, random };
}

/** `fenced: false`: the naive protocol, where the Job runs as soon as it is created, and is named in the Lease later. */
async function work(name: string, { cluster, signal }: UnreliableProcess, plan: Plan, fenced: boolean): Promise<void> {
  const { clock } = cluster;
  await clock.sleep(plan.startMs, signal);
  const named = plan.adopts ? await namedJob(cluster, signal) : null;
  const claim = await acquireClaim(
    cluster,
    { namespace: NAMESPACE, name: "agent", holder: name },
    { signal, waitMs: HOUR, ...(named && { adopt: named }) },
  );
  if (claim.job) {
    await over(cluster, claim.job, signal);
    await leave(claim, plan, signal);
    return;
  }
  await clock.sleep(plan.prepareMs, signal);
  const spec = {
    suspend: fenced,
    backoffLimit: 0,
    template: {
      spec: {
        restartPolicy: "Never",
        terminationGracePeriodSeconds: 20,
        containers: [{ name: "main", image: "image:1", command: ["run", String(plan.runMs)] }],
      },
    },
  };
  const metadata = { name, labels: claim.labels };
  const body = { apiVersion: "batch/v1", kind: "Job", metadata, spec };
  let job: Job;
  try {
    job = (await createOnce(cluster, collectionPath.jobs(NAMESPACE), body, signal)) as Job;
    await claim.startJob({ ...job, spec: { ...job.spec, suspend: true } as Job["spec"] & object }, signal);
  } catch (error) {
    // Not found, or its name was taken: the next holder swept the Job away while its creator did not know yet that it was there.
    if (!(error instanceof ClaimLostError) && !isNotFound(error) && !isAlreadyExists(error)) throw error;
    claim[Symbol.dispose]();
    return;
  }
  if (plan.cancelMs > 0) {
    await clock.sleep(plan.cancelMs, signal);
    await deleteJob(cluster, refOf(job), signal);
  }
  await over(cluster, refOf(job), signal);
  await leave(claim, plan, signal);
}

async function leave(claim: Claim, { leaves }: Plan, signal: AbortSignal): Promise<void> {
  if (leaves) claim[Symbol.dispose]();
  else await claim.release(signal);
}

async function namedJob(cluster: UnreliableProcess["cluster"], signal: AbortSignal): Promise<JobRef | null> {
  const lease = await getLease(cluster, `${collectionPath.leases(NAMESPACE)}/agent`, signal);
  return lease && readClaim(lease).job;
}

async function over(cluster: UnreliableProcess["cluster"], job: JobRef, signal: AbortSignal): Promise<void> {
  for (let gone = 0; gone < 4;) {
    const { fact } = await lookAtJob(cluster, job, signal);
    if (fact === "over") return;
    // A holder that deletes its own Job believes as late as others do that no pod comes any more.
    gone = fact === "absent" ? gone + 1 : 0;
    await cluster.clock.sleep(4_000, signal);
  }
}

/** Which Jobs had live pods at the same time, from the whole history of the pods. */
async function overlaps({ sim }: World): Promise<string[]> {
  const response = await sim.fetch(`${collectionPath.pods(NAMESPACE)}?watch=true&resourceVersion=1&timeoutSeconds=1`);
  const live = new Map<string, string>();
  const found: string[] = [];
  for (const line of (await response.text()).split("\n").filter((text) => text !== "")) {
    const { type, object } = JSON.parse(line) as { type: string; object: Pod };
    const uid = object.metadata?.uid ?? "";
    const ended = type === "DELETED" || ["Succeeded", "Failed"].includes(object.status?.phase ?? "");
    if (ended) live.delete(uid);
    else live.set(uid, object.metadata?.ownerReferences?.[0]?.name ?? "");
    const jobs = [...new Set(live.values())];
    if (jobs.length > 1) found.push(jobs.join(" with "));
  }
  return found;
}

async function run({ plans, seed }: { plans: readonly Plan[]; seed: number }, fenced: boolean): Promise<void> {
  const world = makeWorld(seed);
  const { clock, sim } = world;
  try {
    await clock.run(
      (async () => {
        const processes = plans.map((each) => unreliableProcess(world, each.mishaps, each.clock));
        const working = processes.map((process, index) => {
          const done = work(`p${index}`, process, plans[index] as Plan, fenced);
          return done.catch((error: unknown) => {
            if (!process.signal.aborted) throw error;
          });
        });
        await Promise.all(working);
        // Everybody is gone, or done. Whatever they left, the next one gets the claim: after a preparation, a run, a grace.
        const before = clock.monotonic();
        const late = unreliableProcess(world, [], { skewMs: 0, rate: 1 });
        const request = { namespace: NAMESPACE, name: "agent", holder: "late" };
        using _ = await acquireClaim(late.cluster, request, { signal: late.signal, waitMs: HOUR });
        expect(clock.monotonic() - before).toBeLessThan(150_000);
        expect(await overlaps(world)).toEqual([]);
      })(),
      { limitMs: 6 * HOUR },
    );
  } finally {
    sim.close();
  }
}

test(`never two holders with live pods, and always somebody gets the claim, whatever befalls five processes (complaint 18): ${SCHEDULES} schedules`, async () => {
  await fc.assert(
    fc.asyncProperty(schedule, (each) => run(each, true)),
    { numRuns: SCHEDULES },
  );
}, 3_600_000);

test("the property finds what is wrong with a Job that runs before it is named", async () => {
  const property = fc.asyncProperty(schedule, (each) => run(each, false));
  const { failed, errorInstance } = await fc.check(property, { numRuns: SCHEDULES, seed: 1, endOnFailure: true });
  expect(failed).toBe(true);
  expect(String(errorInstance)).toContain("with");
}, 600_000);
