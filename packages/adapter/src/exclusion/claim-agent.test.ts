import { describe, expect, test } from "vitest";
import { AGENT_JOB_SELECTOR, jobName } from "@opencode-k8s/job-manifest";
import { Cluster, collectionPath, type Job, type JobRef, refOf, watchJobs } from "@opencode-k8s/k8s-kit";
import { KubeSim, scriptedContainers, VirtualClock } from "@opencode-k8s/kube-sim";
import { type AgentClaim, claimAgent, type Claimant } from "./index.ts";
import type { RunWord } from "../paperclip/index.ts";
import { WAKE } from "./wake.ts";

const NAMESPACE = "default";
const HOUR = 3_600_000;
const CLAIMANT: Claimant = {
  namespace: NAMESPACE,
  agentId: "a1",
  runId: "r2",
  taskId: "",
  tasksAtOnce: false,
  wanted: null,
};

interface World {
  readonly sim: KubeSim;
  readonly clock: VirtualClock;
  readonly said: string[];
  /** What another server's process gets. */
  claim(who?: Partial<Claimant>, waitMs?: number, signal?: AbortSignal): Promise<AgentClaim>;
  /** A Job of the agent whose container runs for so long. */
  job(
    ms: number,
    options?: { runId?: string; agentId?: string; labels?: object; annotations?: object; suspend?: boolean },
  ): Promise<Job>;
  remove(ref: JobRef): Promise<unknown>;
}

/** Runs the story in virtual time. */
async function story(tell: (world: World) => Promise<void>): Promise<void> {
  const clock = new VirtualClock();
  const runtime = scriptedContainers(async (io) => {
    await io.sleep(Number(io.container.command?.[1]));
    return 0;
  });
  const sim = new KubeSim({ clock, runtime });
  const transport = {
    call: sim.fetch,
    stream: sim.fetch,
    headers: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  };
  const open = (): Cluster => new Cluster({ server: "https://sim", transport, clock, random: () => 0.5 });
  const admin = open();
  const said: string[] = [];
  const world: World = {
    sim,
    clock,
    said,
    claim: async (who = {}, waitMs = HOUR, signal) => {
      const cluster = open();
      using watch = watchJobs(cluster, NAMESPACE, { labelSelector: AGENT_JOB_SELECTOR });
      await watch.synced(new AbortController().signal);
      const onWait = (message: string): void => void said.push(message);
      return await claimAgent(
        cluster,
        watch,
        { ...CLAIMANT, ...who },
        { signal: signal ?? new AbortController().signal, waitMs, onWait },
      );
    },
    job: (ms, { runId = "r1", agentId = "a1", labels = {}, annotations = {}, suspend = false } = {}) => {
      const all = {
        "app.kubernetes.io/managed-by": "paperclip",
        "app.kubernetes.io/component": "agent-job",
        "paperclip.io/agent-id": agentId,
        "paperclip.io/run-id": runId,
        "paperclip.io/protocol": "1",
        ...labels,
      };
      const container = { name: "opencode", image: "image:1", command: ["run", String(ms)] };
      const podSpec = { restartPolicy: "Never", terminationGracePeriodSeconds: 30, containers: [container] };
      const metadata = { name: jobName({ agentId, runId }), labels: all, annotations };
      const template = { metadata: { labels: all }, spec: podSpec };
      const body = { metadata, spec: { suspend, backoffLimit: 0, template } };
      return admin.request<Job>("POST", collectionPath.jobs(NAMESPACE), { body });
    },
    remove: ({ name }) =>
      admin.request("DELETE", `${collectionPath.jobs(NAMESPACE)}/${name}`, {
        body: { propagationPolicy: "Background" },
      }),
  };
  try {
    await clock.run(tell(world));
  } finally {
    sim.close();
  }
}

const seconds = ({ clock }: World): number => Math.round(clock.monotonic() / 1000);

describe("an agent that nobody runs", () => {
  test("is claimed with one request, and nobody is waited for", () =>
    story(async (world) => {
      const { claim, orphan } = await world.claim();
      expect(orphan).toBeNull();
      expect(claim.name).toBe(`${NAMESPACE}/opencode-agent-a1`);
      expect(world.sim.requests.filter(({ verb }) => verb === "create" || verb === "update")).toHaveLength(1);
      expect(world.said).toEqual([]);
    }));

  test("is not held up by another agent's Job", () =>
    story(async (world) => {
      await world.job(HOUR, { agentId: "a2" });
      await world.claim();
      expect(seconds(world)).toBeLessThan(5);
    }));
});

describe("an agent that is run already", () => {
  test("by a run that holds the claim is waited for, and the run is named", () =>
    story(async (world) => {
      const first = await world.claim({ runId: "r1" });
      const next = world.claim();
      await world.clock.sleep(30_000);
      await first.claim.release(new AbortController().signal);
      await next;
      expect(seconds(world)).toBe(30);
      expect(world.said).toEqual(["Waiting for run r1: one run of the agent at a time"]);
    }));

  test("by a Job of the predecessor, which knows no claim, is waited for", () =>
    story(async (world) => {
      const job = await world.job(60_000, { labels: { "paperclip.io/protocol": undefined } });
      await world.claim();
      expect(seconds(world)).toBeGreaterThanOrEqual(60);
      expect(world.said).toEqual([`Waiting for Job ${job.metadata?.name}: one run of the agent at a time`]);
    }));

  test("by a Job that was deleted is waited for until its pod has ended", () =>
    story(async (world) => {
      const job = await world.job(HOUR);
      await world.clock.sleep(10_000);
      await world.remove(refOf(job));
      await world.claim();
      // Its container does not heed SIGTERM, and has a grace of 30 s.
      expect(seconds(world)).toBeGreaterThanOrEqual(35);
    }));

  test("is given up with the Job's name when the wait is over, and the claim is left to others", () =>
    story(async (world) => {
      const job = await world.job(HOUR);
      const claiming = world.claim({}, 60_000);
      await expect(claiming).rejects.toThrow(`The agent is still run by Job ${job.metadata?.name} after 60 s`);
      await world.remove(refOf(job));
      await world.clock.sleep(60_000);
      const before = seconds(world);
      await world.claim({ runId: "r3" });
      expect(seconds(world)).toBe(before);
    }));

  test("is given up with the holder's name when the wait is over", () =>
    story(async (world) => {
      await world.claim({ runId: "r1" });
      const claiming = world.claim({}, 10_000);
      await expect(claiming).rejects.toThrow("The agent is still run by run r1 after 10 s");
    }));

  test("is no longer waited for at once when the run is cancelled", () =>
    story(async (world) => {
      await world.job(HOUR);
      const cancel = new AbortController();
      const claiming = world.claim({}, HOUR, cancel.signal);
      await world.clock.sleep(20_000);
      cancel.abort(new Error("cancelled"));
      await expect(claiming).rejects.toThrow("cancelled");
      expect(seconds(world)).toBe(20);
    }));

  test("in another task is run beside it, where tasks run at the same time", () =>
    story(async (world) => {
      const tasksAtOnce = true;
      await world.claim({ runId: "r1", taskId: "t1", tasksAtOnce });
      await world.job(HOUR, { labels: { "paperclip.io/task-id": "t1" } });
      await world.claim({ taskId: "t2", tasksAtOnce });
      await world.claim({ runId: "r4", tasksAtOnce });
      expect(seconds(world)).toBeLessThan(5);
      await expect(world.claim({ runId: "r5", tasksAtOnce }, 5_000)).rejects.toThrow("still run by run r4");
      await expect(world.claim({ runId: "r3", taskId: "t1", tasksAtOnce }, 5_000)).rejects.toThrow("still run by");
    }));
});

describe("the Job of a lost run", () => {
  const lost = { wanted: { runId: "r1", wake: [], wordOf: () => Promise.resolve(null) } };

  test("is taken over with the claim while it runs", () =>
    story(async (world) => {
      const { claim } = await world.claim({ runId: "r1" });
      const suspended = await world.job(HOUR, { suspend: true, labels: claim.labels });
      const job = await claim.startJob(suspended, new AbortController().signal);
      await world.clock.sleep(10_000);
      const taken = await world.claim(lost);
      expect(taken.orphan).toEqual(refOf(job));
      expect(taken.claim.job).toEqual(refOf(job));
      await world.clock.sleep(1_000);
      expect(claim.lost.aborted).toBe(true);
      expect(seconds(world)).toBe(11);
    }));

  test("is waited for, and not gone on with, when Paperclip says that its run was cancelled: 2026.824 names such a run, too", () =>
    story(async (world) => {
      const { claim } = await world.claim({ runId: "r1" });
      const suspended = await world.job(HOUR, { suspend: true, labels: claim.labels });
      const job = await claim.startJob(suspended, new AbortController().signal);
      await world.clock.sleep(10_000);
      const asked: string[] = [];
      const wordOf = (runId: string): Promise<RunWord> => {
        asked.push(runId);
        return Promise.resolve({ status: "cancelled", result: null });
      };
      const next = world.claim({ wanted: { runId: "r1", wake: [], wordOf } });
      await world.clock.sleep(5_000);
      expect(claim.lost.aborted).toBe(false);
      await world.remove(refOf(job));
      await claim.release(new AbortController().signal);
      expect((await next).orphan).toBeNull();
      expect(asked).toEqual(["r1"]);
    }));

  test("is collected when it has ended, and no claim names it any more", () =>
    story(async (world) => {
      const job = await world.job(1_000);
      await world.clock.sleep(30_000);
      const { orphan, claim } = await world.claim(lost);
      expect(orphan).toEqual(refOf(job));
      expect(claim.job).toBeNull();
    }));

  describe.each([
    ["that Paperclip names", "r1", {}],
    ["of the task", null, { labels: { "paperclip.io/task-id": "t1" }, annotations: { [WAKE]: "c1" } }],
  ])("%s, but whose result Paperclip has", (_, runId, options) => {
    const told = ({ metadata }: Job, left?: boolean): Partial<Claimant> => {
      const result = { job: { uid: metadata?.uid, ...(left && { left }) } };
      const wordOf = (): Promise<RunWord> => Promise.resolve({ status: "failed", result });
      return { taskId: "t1", wanted: { runId, wake: ["c1"], wordOf } };
    };

    test("is deleted, not gone on with: nobody else may be there to do it", () =>
      story(async (world) => {
        const job = await world.job(HOUR, options);
        expect((await world.claim(told(job))).orphan).toBeNull();
        expect(world.sim.requests.filter(({ verb }) => verb === "delete")).toHaveLength(1);
        expect(seconds(world)).toBeLessThan(60);
      }));

    test("is left to itself when it has ended", () =>
      story(async (world) => {
        const job = await world.job(1_000, options);
        await world.clock.sleep(30_000);
        expect((await world.claim(told(job))).orphan).toBeNull();
        expect(world.sim.requests.filter(({ verb }) => verb === "delete")).toEqual([]);
      }));

    test("is gone on with where that result says that it was left", () =>
      story(async (world) => {
        const job = await world.job(HOUR, options);
        expect((await world.claim(told(job, true))).orphan).toEqual(refOf(job));
      }));
  });

  test("is found among several, and the others are waited for", () =>
    story(async (world) => {
      const [job] = await Promise.all([world.job(HOUR), world.job(40_000, { runId: "r0" })]);
      expect((await world.claim(lost)).orphan).toEqual(refOf(job));
      expect(seconds(world)).toBeGreaterThanOrEqual(40);
    }));

  test.each([
    ["of another agent", { agentId: "a2" }],
    ["of the predecessor", { labels: { "paperclip.io/protocol": undefined } }],
    ["of a protocol to come", { labels: { "paperclip.io/protocol": "2" } }],
    ["that was collected, and is kept for people", { annotations: { "paperclip.io/collected": "true" } }],
    ["that was never resumed", { suspend: true }],
  ])("is not one %s", (_, options) =>
    story(async (world) => {
      await world.job(1_000, options);
      await world.clock.sleep(30_000);
      expect((await world.claim(lost)).orphan).toBeNull();
    }),
  );
});

describe("a run whose task has a Job that nobody collected", () => {
  const ofTask = { labels: { "paperclip.io/task-id": "t1" }, annotations: { [WAKE]: "c1 c2" } };
  const asked: string[] = [];
  const wanting = (
    status: string | null,
    wake: readonly string[] = ["c2"],
    result: unknown = null,
  ): Partial<Claimant> => ({
    taskId: "t1",
    wanted: {
      runId: null,
      wake,
      wordOf: (runId) => {
        asked.push(runId);
        return Promise.resolve(status === null ? null : { status, result });
      },
    },
  });

  test.each(["interrupted", "failed"])("goes on with it when Paperclip says that its run is %s", (status) =>
    story(async (world) => {
      const job = await world.job(HOUR, ofTask);
      asked.length = 0;
      expect((await world.claim(wanting(status))).orphan).toEqual(refOf(job));
      expect(asked).toEqual(["r1"]);
      expect(seconds(world)).toBeLessThan(5);
    }),
  );

  test("collects it when it has ended", () =>
    story(async (world) => {
      const job = await world.job(1_000, ofTask);
      await world.clock.sleep(30_000);
      expect((await world.claim(wanting("failed"))).orphan).toEqual(refOf(job));
    }));

  test.each([null, "running", "queued", "cancelled", "succeeded", "timed_out", "something new"])(
    "waits for its end, and runs anew, when the answer is %s",
    (status) =>
      story(async (world) => {
        await world.job(40_000, ofTask);
        expect((await world.claim(wanting(status))).orphan).toBeNull();
        expect(seconds(world)).toBeGreaterThanOrEqual(40);
      }),
  );

  test.each([
    ["when this wake brings what it lacks", wanting("failed", ["c3"]), ofTask],
    ["of another task", { ...wanting("failed"), taskId: "t2" }, ofTask],
    ["where neither has a task", { ...wanting("failed"), taskId: "" }, { annotations: ofTask.annotations }],
    ["whose wake is not known", wanting("failed"), { labels: ofTask.labels }],
  ])("waits for one %s", (_, who, job) =>
    story(async (world) => {
      await world.job(40_000, job);
      expect((await world.claim(who)).orphan).toBeNull();
      expect(seconds(world)).toBeGreaterThanOrEqual(40);
    }),
  );

  test("asks about the run that took it over, where one did: that one is not robbed of it", () =>
    story(async (world) => {
      await world.job(HOUR, ofTask);
      await world.claim({ ...wanting("failed"), runId: "r2" });
      asked.length = 0;
      const cancel = new AbortController();
      const claiming = world.claim({ ...wanting("running"), runId: "r3" }, HOUR, cancel.signal);
      await world.clock.sleep(5_000);
      expect(asked).toEqual(["r2"]);
      cancel.abort(new Error("over"));
      await expect(claiming).rejects.toThrow("over");
    }));

  test("goes on with one that was taken over, by the name of the run that did", () =>
    story(async (world) => {
      const job = await world.job(HOUR, ofTask);
      await world.claim({ ...wanting("failed"), runId: "r2" });
      const wanted = { runId: "r2", wake: ["c3"], wordOf: () => Promise.resolve(null) };
      expect((await world.claim({ runId: "r3", taskId: "t1", wanted })).orphan).toEqual(refOf(job));
    }));

  test("of several goes on with the newest, waits for the others, and nobody takes them for new later", () =>
    story(async (world) => {
      await world.job(60_000, { ...ofTask, runId: "r0" });
      await world.clock.sleep(5_000);
      const newest = await world.job(20_000, ofTask);
      const { orphan, claim } = await world.claim(wanting("failed"));
      expect(orphan).toEqual(refOf(newest));
      expect(seconds(world)).toBeGreaterThanOrEqual(60);
      await world.remove(refOf(newest));
      await claim.release(new AbortController().signal);
      await world.clock.sleep(5_000);
      expect((await world.claim({ ...wanting("failed"), runId: "r3" })).orphan).toBeNull();
    }));

  test("leaves no old result to a later run, when it runs anew", () =>
    story(async (world) => {
      await world.job(1_000, ofTask);
      await world.clock.sleep(30_000);
      const { orphan, claim } = await world.claim(wanting("failed", ["c3"]));
      expect(orphan).toBeNull();
      await claim.release(new AbortController().signal);
      expect((await world.claim({ ...wanting("failed"), runId: "r3" })).orphan).toBeNull();
    }));
});

describe("a missing right", () => {
  test.each([
    ["list", "leases"],
    ["create", "leases"],
  ] as const)("to %s %s is no way around the guard: the rule to grant is named", (verb, resource) =>
    story(async (world) => {
      world.sim.faults.answer({ verb, resource }, { status: 403, message: "leases is forbidden" });
      const error = await world.claim().catch((caught: unknown) => caught);
      expect(error).toMatchObject({ name: "GuardError", message: expect.stringContaining("leases is forbidden") });
      expect(String(error)).toContain("create and update of leases");
    }),
  );
});
