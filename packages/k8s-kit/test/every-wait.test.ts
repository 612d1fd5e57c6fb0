import { VirtualClock } from "@opencode-k8s/kube-sim";
import { describe, expect, test } from "vitest";
import {
  acquireClaim,
  cancelJob,
  Cluster,
  collectionPath,
  createOnce,
  deleteJob,
  eventsOf,
  type Fetch,
  outage,
  podsOf,
  sharedWatch,
  watchJobs,
} from "../src/index.ts";
import { onJob } from "./observed-job.ts";
import { NAMESPACE, simCluster } from "./sim-cluster.ts";

// What is not here has its row beside its source: followLog, ObservedJob.until, awaitStart, and the claim that is held.

const REF = { namespace: NAMESPACE, name: "job", uid: "uid-1" };
const PODS = collectionPath.pods(NAMESPACE);
const reason = new Error("enough");

type Wait = (cluster: Cluster, signal: AbortSignal) => Promise<unknown>;

/** Go on for as long as the server refuses connections. */
const persistent: [string, Wait][] = [
  ["persist", (cluster, signal) => cluster.persist("GET", PODS, { signal })],
  ["createOnce", (cluster, signal) => createOnce(cluster, PODS, { metadata: { name: "pod" } }, signal)],
  ["deleteJob", (cluster, signal) => deleteJob(cluster, REF, signal)],
  ["podsOf", (cluster, signal) => podsOf(cluster, REF, signal)],
  ["outage", (cluster, signal) => outage(cluster.clock, () => "away", { signal })],
];
const once: [string, Wait][] = [
  ["request", (cluster, signal) => cluster.request("GET", PODS, { signal })],
  ["patch", (cluster, signal) => cluster.patch(`${PODS}/pod`, { strategy: "merge", body: {} }, { signal })],
  ["stream", (cluster, signal) => cluster.stream(PODS, { signal })],
  ["eventsOf", (cluster, signal) => eventsOf(cluster, NAMESPACE, "uid-1", signal)],
  [
    "the first sync of a watch",
    async (cluster, signal) => {
      using watch = watchJobs(cluster, NAMESPACE);
      await watch.synced(signal);
    },
  ],
  [
    "acquireClaim",
    (cluster, signal) =>
      acquireClaim(cluster, { namespace: NAMESPACE, name: "x", holder: "y" }, { signal, waitMs: 60_000 }),
  ],
];

const silent: Fetch = (_, { signal }) =>
  new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error)));
const refused: Fetch = () => Promise.reject(new TypeError("fetch failed", { cause: { code: "ECONNREFUSED" } }));

/** Aborts after 7 s: before any bound of a request. */
async function endOf(answer: Fetch, wait: Wait): Promise<{ error: unknown; ms: number }> {
  const clock = new VirtualClock();
  const transport = { call: answer, stream: answer, headers: async () => ({}), close: async () => undefined };
  const cluster = new Cluster({ server: "https://x", transport, clock, random: () => 0.5 });
  const stop = new AbortController();
  void clock.sleep(7_000).then(() => stop.abort(reason));
  const error: unknown = await clock.run(
    wait(cluster, stop.signal).then(
      () => "it ended by itself",
      (thrown: unknown) => thrown,
    ),
  );
  return { error, ms: clock.monotonic() };
}

describe("ends with its signal at once, and with the signal's reason", () => {
  test.each([...persistent, ...once])("%s, when the server says nothing", async (_, wait) => {
    expect(await endOf(silent, wait)).toEqual({ error: reason, ms: 7_000 });
  });

  test.each(persistent)("%s, while the server is away", async (_, wait) => {
    expect(await endOf(refused, wait)).toEqual({ error: reason, ms: 7_000 });
  });

  test("cancelJob, which tells it as an error of its own", async () => {
    const world = simCluster((io) => io.sleep(3_600_000).then(() => 0));
    await onJob(world, async (job) => {
      await job.until(() => job.started, world);
      const since = world.clock.monotonic();
      const stop = new AbortController();
      void world.clock.sleep(7_000).then(() => stop.abort(reason));
      expect(await cancelJob(job, { timeoutMs: 60_000, signal: stop.signal })).toEqual({
        gone: false,
        errors: [reason],
      });
      expect(world.clock.monotonic() - since).toBe(7_000);
    });
  });

  test("the changes of a watch, without an error", async () => {
    const world = simCluster();
    const pods = sharedWatch(world.cluster, { path: PODS });
    const stop = new AbortController();
    void world.clock.sleep(7_000).then(() => stop.abort(reason));
    const seen = async (): Promise<number> => {
      using _ = pods.use();
      let count = 0;
      for await (const _change of pods.changes(() => true, stop.signal)) count += 1;
      return count;
    };
    expect(await world.clock.run(seen())).toBe(0);
    expect(world.clock.monotonic()).toBe(7_000);
  });
});
