import { expect, test } from "vitest";
import { deleteJob, eventsOf, ObservedJob, podsOf, watchJobs } from "../src/index.ts";
import { simCluster } from "./sim-cluster.ts";

const { cluster, sim, signal } = simCluster();
const ref = { namespace: "a/../b", name: "job", uid: "1" };

test.each<[string, () => unknown]>([
  ["watchJobs", () => watchJobs(cluster, "Builds")],
  ["podsOf", () => podsOf(cluster, ref, signal)],
  ["eventsOf", () => eventsOf(cluster, "a b", "1", signal)],
  ["deleteJob", () => deleteJob(cluster, ref, signal)],
  ["ObservedJob", () => new ObservedJob(watchJobs(cluster, "builds"), { ...ref, namespace: "" }, "main")],
])("%s refuses a namespace that cannot be one, before any request", async (_, call) => {
  const before = sim.requests.length;
  const outcome = await Promise.resolve()
    .then(call)
    .catch((error: unknown) => error);
  expect(outcome).toMatchObject({ name: "InvalidInputError", field: "namespace" });
  expect(sim.requests.length).toBe(before);
});
