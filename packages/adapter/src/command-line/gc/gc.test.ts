import { describe, expect, test } from "vitest";
import { ANSWER, printLines, receiptFor } from "../../../test/sim-run.ts";
import { type Ended, jobsIn, type Script, type SimTerminal, simTerminal } from "../../../test/sim-terminal.ts";

const DAYS_MS = 86_400_000;
const NAMESPACE = "/api/v1/namespaces/default";
const BATCH = "/apis/batch/v1/namespaces/default";
const COORDINATION = "/apis/coordination.k8s.io/v1/namespaces/default";

/** Answers; as the agent `sleeper`, goes on for a month. */
const script: Script = async (io) => {
  if (io.pod.metadata.labels?.["paperclip.io/agent-id"] === "sleeper") {
    await io.clock.sleep(30 * DAYS_MS, io.stopped);
    return 0;
  }
  printLines(io, [...ANSWER, receiptFor(ANSWER)]);
  return 0;
};

interface Item {
  readonly kind: string;
  readonly name: string;
  readonly action: string;
  readonly reason: string;
  readonly outcome?: string;
}

function itemsOf({ terminal }: Ended): Item[] {
  return (JSON.parse(terminal.written) as { items: Item[] }).items;
}

async function namesIn({ cluster }: SimTerminal, path: string): Promise<string[]> {
  const { items } = await cluster.request<{ items: { metadata: { name: string } }[] }>("GET", path);
  return items.map(({ metadata }) => metadata.name);
}

/** The annotation of a Job whose result was handed over is another's wish, or none. */
async function marked({ cluster }: SimTerminal, job: string, collected: string | null): Promise<void> {
  const body = { metadata: { annotations: { "paperclip.io/collected": collected } } };
  await cluster.patch(`${BATCH}/jobs/${job}`, { strategy: "merge", body });
}

/** A run that ended, whose result nobody took, and then so much time, milliseconds. */
function afterLostRun<T>(ms: number, story: (world: SimTerminal, job: string) => Promise<T>): Promise<T> {
  const world = simTerminal(script);
  return world.tells(async () => {
    // Its Job would be deleted after a day by Kubernetes.
    await world.runs("reviewer", ["--set", "ttlSecondsAfterFinished=604800"]);
    await world.clock.sleep(60_000);
    const [job = { name: "" }] = await jobsIn(world);
    await marked(world, job.name, null);
    await world.clock.sleep(ms);
    return story(world, job.name);
  });
}

describe("what nobody uses", () => {
  test("is shown with its reason, and nothing is changed unless it is asked for", async () => {
    await afterLostRun(2 * DAYS_MS, async (world, job) => {
      const before = world.sim.requests.length;
      const { code, terminal } = await world.carriedOut(["gc"]);
      expect(code).toBe(0);
      expect(terminal.written).toMatch(
        new RegExp(`^delete  job/${job} +ended, and nobody took its result, 2 d ago$`, "m"),
      );
      expect(terminal.written).toMatch(/^delete {2}lease\/opencode-agent-reviewer +nobody runs the agent, 2 d ago$/m);
      expect(terminal.written).toMatch(/2 to delete, 0 kept\. Nothing was changed: --yes deletes\.\n$/);
      expect(new Set(world.sim.requests.slice(before).map(({ verb }) => verb))).toEqual(new Set(["list"]));
    });
  });

  test("with --yes is deleted: the Job of a run whose result nobody took, with pod and Secret, and the free Lease", async () => {
    await afterLostRun(2 * DAYS_MS, async (world) => {
      const ended = await world.carriedOut(["gc", "--yes", "--json"]);
      expect(ended.code).toBe(0);
      expect(itemsOf(ended)).toMatchObject([
        { kind: "Job", outcome: "deleted" },
        { kind: "Lease", outcome: "deleted" },
      ]);
      await world.clock.sleep(60_000);
      for (const path of [`${BATCH}/jobs`, `${NAMESPACE}/pods`, `${NAMESPACE}/secrets`, `${COORDINATION}/leases`])
        expect(await namesIn(world, path)).toEqual([]);
      const { terminal } = await world.carriedOut(["gc"]);
      expect(terminal.written).toBe("Nothing is left of any run in namespace default.\n");
    });
  });

  test("a Secret that outlived its Job", async () => {
    await afterLostRun(0, async (world, job) => {
      const body = { propagationPolicy: "Orphan" };
      await world.cluster.request("DELETE", `${BATCH}/jobs/${job}`, { body });
      for (const pod of await namesIn(world, `${NAMESPACE}/pods`)) world.sim.deletePod("default", pod);
      await world.clock.sleep(2 * DAYS_MS);
      const items = itemsOf(await world.carriedOut(["gc", "--yes", "--json"]));
      expect(items).toContainEqual(
        expect.objectContaining({
          kind: "Secret",
          name: `${job}-input`,
          outcome: "deleted",
          reason: "its Job is gone, 2 d ago",
        }),
      );
      expect(await namesIn(world, `${NAMESPACE}/secrets`)).toEqual([]);
    });
  });
});

describe("what a server left that went away", () => {
  test("a Job that it never resumed, once that is certain", async () => {
    const world = simTerminal(script);
    await world.tells(async () => {
      const labels = {
        "app.kubernetes.io/managed-by": "paperclip",
        "app.kubernetes.io/component": "agent-job",
        "paperclip.io/protocol": "1",
        "paperclip.io/agent-id": "reviewer",
        "paperclip.io/run-id": "run-1",
      };
      const spec = { restartPolicy: "Never", containers: [{ name: "opencode", image: "opencode:1" }] };
      const body = {
        metadata: { name: "never-resumed", labels },
        spec: { suspend: true, template: { metadata: { labels }, spec } },
      };
      await world.cluster.request("POST", `${BATCH}/jobs`, { body });
      const [young] = itemsOf(await world.carriedOut(["gc", "--json", "--older-than", "0s"]));
      expect(young).toMatchObject({ name: "never-resumed", action: "keep" });
      await world.clock.sleep(2 * DAYS_MS);
      const [old] = itemsOf(await world.carriedOut(["gc", "--json", "--yes"]));
      expect(old).toMatchObject({ name: "never-resumed", outcome: "deleted" });
      expect(await namesIn(world, `${BATCH}/jobs`)).toEqual([]);
    });
  });

  test("a Lease that names a Job which is gone; one that is held without a Job is its holder's", async () => {
    await afterLostRun(2 * DAYS_MS, async (world) => {
      const [lease = ""] = await namesIn(world, `${COORDINATION}/leases`);
      const change = (body: object): Promise<unknown> =>
        world.cluster.patch(`${COORDINATION}/leases/${lease}`, { strategy: "merge", body });
      const leases = async (): Promise<Item[]> =>
        itemsOf(await world.carriedOut(["gc", "--json"])).filter(({ kind }) => kind === "Lease");
      await change({ spec: { holderIdentity: "run r" } });
      expect(await leases()).toEqual([]);
      await change({ metadata: { annotations: { "k8s-kit/job": "gone/no-such-uid" } } });
      expect(await leases()).toMatchObject([{ action: "delete", reason: "the Job that it names is gone, 2 d ago" }]);
    });
  });
});

describe("what is kept", () => {
  test("whatever is live: its Job, its Secret and its Lease are not even shown", async () => {
    const world = simTerminal(script);
    await world.tells(async () => {
      void world.runs("sleeper", ["--set", "timeoutSec=0"]);
      await world.clock.sleep(3_600_000);
      const before = await namesIn(world, `${BATCH}/jobs`);
      const { code, terminal } = await world.carriedOut(["gc", "--older-than", "0s", "--retained", "--yes"]);
      expect([code, terminal.written]).toEqual([0, "Nothing is left of any run in namespace default.\n"]);
      await world.clock.sleep(60_000);
      expect(await namesIn(world, `${BATCH}/jobs`)).toEqual(before);
      expect(await namesIn(world, `${NAMESPACE}/secrets`)).toHaveLength(1);
    });
  });

  test("a Job that retainJobs keeps, unless --retained", async () => {
    await afterLostRun(2 * DAYS_MS, async (world, job) => {
      await marked(world, job, "true");
      const [kept] = itemsOf(await world.carriedOut(["gc", "--json"]));
      expect(kept).toMatchObject({
        kind: "Job",
        action: "keep",
        reason: expect.stringMatching(/^retainJobs keeps it/),
      });
      const [asked] = itemsOf(await world.carriedOut(["gc", "--json", "--retained"]));
      expect(asked).toMatchObject({ kind: "Job", action: "delete" });
    });
  });

  test("what is younger than --older-than", async () => {
    await afterLostRun(3_600_000, async (world) => {
      expect(itemsOf(await world.carriedOut(["gc", "--json"])).map(({ action }) => action)).toEqual(["keep", "keep"]);
      const young = itemsOf(await world.carriedOut(["gc", "--json", "--older-than", "30m"]));
      expect(young.map(({ action }) => action)).toEqual(["delete", "delete"]);
    });
  });

  test("a Job that ended just now, whatever --older-than says: a server may be reading its log", async () => {
    await afterLostRun(0, async (world) => {
      const [job] = itemsOf(await world.carriedOut(["gc", "--json", "--older-than", "0s"]));
      expect(job).toMatchObject({ kind: "Job", action: "keep", reason: expect.stringMatching(/younger than 15 min$/) });
    });
  });

  test("the claims of agents' databases, and their NetworkPolicies, with a remark", async () => {
    const world = simTerminal(script);
    await world.tells(async () => {
      const labels = { "app.kubernetes.io/managed-by": "paperclip", "paperclip.io/agent-id": "gone" };
      const claim = {
        metadata: { name: "opencode-db-gone", labels: { ...labels, "paperclip.io/pvc-type": "agent-db" } },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      };
      await world.cluster.request("POST", `${NAMESPACE}/persistentvolumeclaims`, { body: claim });
      const policy = { metadata: { name: "opencode-network-gone", labels }, spec: { podSelector: {} } };
      const policies = "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies";
      await world.cluster.request("POST", policies, { body: policy });
      await world.clock.sleep(3 * DAYS_MS);
      const items = itemsOf(await world.carriedOut(["gc", "--yes", "--json", "--retained"]));
      expect(items).toMatchObject([
        { kind: "NetworkPolicy", action: "keep", reason: expect.stringContaining("delete it by hand") },
        { kind: "PersistentVolumeClaim", action: "keep", reason: expect.stringContaining("sessions of its agent") },
      ]);
      expect(items.every(({ outcome }) => outcome === undefined)).toBe(true);
    });
  });

  test("what changed since it was looked at: a run may have taken it over", async () => {
    await afterLostRun(2 * DAYS_MS, async (world, job) => {
      world.sim.faults.answer({ verb: "delete", resource: "jobs" }, { status: 409 });
      const { code, terminal } = await world.carriedOut(["gc", "--yes"]);
      expect(code).toBe(0);
      expect(terminal.written).toMatch(new RegExp(`^changed +job/${job} .*changed meanwhile, and kept$`, "m"));
    });
  });
});

describe("what cannot be done", () => {
  test("without the right to see Secrets the rest is looked at: 3, with the rule", async () => {
    await afterLostRun(2 * DAYS_MS, async (world) => {
      world.sim.access.deny({ resource: "secrets", verb: "list" });
      const { code, terminal } = await world.carriedOut(["gc"]);
      expect(code).toBe(3);
      expect(terminal.written).toMatch(/2 to delete/);
      expect(terminal.problems).toMatch(/^Not looked at: .*resources: \["secrets"\], verbs: \[list\]/);
    });
  });

  test("without the right to delete: 3, with the rule, and the rest is done", async () => {
    await afterLostRun(2 * DAYS_MS, async (world) => {
      world.sim.access.deny({ resource: "jobs", verb: "delete" });
      const { code, terminal } = await world.carriedOut(["gc", "--yes"]);
      expect(code).toBe(3);
      expect(terminal.written).toMatch(/^failed +job\/.*resources: \["jobs"\], verbs: \[delete\]/m);
      expect(terminal.written).toMatch(/^deleted +lease\//m);
    });
  });

  test("a time that is none: 2, with what would be one", async () => {
    const world = simTerminal(script);
    const { code, terminal } = await world.tells(() => world.carriedOut(["gc", "--older-than", "soon"]));
    expect(code).toBe(2);
    expect(terminal.problems).toMatch(/--older-than: "soon" is no time; give a number and s, m, h or d/);
  });
});
