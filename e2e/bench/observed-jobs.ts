import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import {
  awaitEnd,
  awaitStart,
  type Cluster,
  collectionPath,
  connectCluster,
  createOnce,
  followLog,
  type JobWatch,
  ObservedJob,
  refOf,
  watchJobs,
} from "@opencode-k8s/k8s-kit";
import { openClusterWorld } from "../world/index.ts";
import type { Settings } from "../world/settings.ts";
import type { Figure } from "./figure.ts";
import type { SimServerReady, SimServerRequests } from "./sim-server.ts";
import { CONTAINER, smallJob } from "./small-job.ts";

/** One line each second. */
const LINES = 60;
const WINDOWS = { scheduleMs: 300_000, imagePullMs: 300_000, startMs: 300_000 };

interface Observed {
  readonly jobs: number;
  /** Jobs that were seen to succeed, with all of their lines. */
  readonly whole: number;
  /** CPU of this process for each Job and each minute that it was observed, milliseconds. */
  readonly cpuMs: number;
}

/** 500 Jobs on a simulator in another process, observed from this one, each with its log. */
export async function observedOnSim(): Promise<Figure[]> {
  const child = fork(join(import.meta.dirname, "sim-server.ts"), [String(LINES)]);
  try {
    const [{ kubeconfig }] = (await once(child, "message")) as [SimServerReady];
    const cluster = connectCluster({ kind: "text", text: kubeconfig });
    const observed = await observeMany(cluster, "default", 500);
    const counts = await countsOf(child);
    await cluster.close();
    return figures("kube-sim", observed, new Map(Object.entries(counts)));
  } finally {
    child.kill();
  }
}

/** 100 Jobs on the cluster. */
export async function observedOnCluster(settings: Settings): Promise<Figure[]> {
  await using world = await openClusterWorld(settings);
  const { namespace, driver, user, config } = world.parts;
  if (!driver) return [{ name: "100 Jobs observed on a cluster", skipped: "it has no audit log that we can read" }];
  const cluster = connectCluster({ kind: "file", path: String(config("text").kubeconfig) });
  const since = Date.now();
  const observed = await observeMany(cluster, namespace, 100);
  await cluster.close();
  await world.sleep(3_000); // The watches are closed, and the audit log written.
  return figures("the cluster", observed, await driver.requestsOf(user, since));
}

function figures(where: string, { jobs, whole, cpuMs }: Observed, requests: ReadonlyMap<string, number>): Figure[] {
  const watches = (requests.get("watch jobs") ?? 0) + (requests.get("watch pods") ?? 0);
  return [
    {
      name: `ends and all lines seen of ${jobs} Jobs at once on ${where}`,
      baseline: "the Jobs started",
      ratio: whole / jobs,
      wanted: "exactly 1",
      ok: whole === jobs,
      note: `${cpuMs.toFixed(1)} ms CPU for each Job and minute, a line a second included`,
    },
    {
      name: `watches for ${jobs} Jobs on ${where}`,
      baseline: "one for each resource",
      ratio: watches / 2,
      wanted: "exactly 1",
      ok: watches === 2,
      note: [...requests].map(([what, count]) => `${count} ${what}`).join(", "),
    },
  ];
}

async function observeMany(cluster: Cluster, namespace: string, count: number): Promise<Observed> {
  const signal = AbortSignal.timeout(15 * 60_000);
  using watch = watchJobs(cluster, namespace);
  await watch.synced(signal);
  const cpu = process.cpuUsage();
  let minutes = 0;
  const observeOne = async (_: unknown, index: number): Promise<boolean> => {
    const since = performance.now();
    const whole = await observe(watch, namespace, `many-${index}`, signal);
    minutes += (performance.now() - since) / 60_000;
    return whole;
  };
  const seen = await Promise.all(Array.from({ length: count }, observeOne));
  const { user, system } = process.cpuUsage(cpu);
  return { jobs: count, whole: seen.filter(Boolean).length, cpuMs: (user + system) / 1000 / minutes };
}

/** Runs a Job, and follows its log to the end. Has every line come, and did it succeed? */
async function observe(watch: JobWatch, namespace: string, name: string, signal: AbortSignal): Promise<boolean> {
  const command = `i=0; while [ $i -lt ${LINES} ]; do i=$((i+1)); echo line $i of ${LINES}; sleep 1; done`;
  const made = await createOnce(watch.cluster, collectionPath.jobs(namespace), smallJob(name, command), signal);
  using job = new ObservedJob(watch, refOf(made), CONTAINER);
  const failure = await awaitStart(job, { windows: WINDOWS, signal });
  if (failure) throw new Error(`${failure.summary}: ${failure.detail}`);
  let lines = 0;
  for await (const event of followLog(watch.cluster, job.log(), { signal })) if (event.type === "line") lines += 1;
  return lines === LINES && (await awaitEnd(job, { signal })).kind === "succeeded";
}

async function countsOf(child: ChildProcess): Promise<SimServerRequests> {
  child.send("requests");
  const [counts] = (await once(child, "message")) as [SimServerRequests];
  return counts;
}
