import { Cluster } from "@opencode-k8s/k8s-kit";
import { KubeSim, scriptedContainers, VirtualClock } from "@opencode-k8s/kube-sim";
import { describe, expect, test } from "vitest";
import { PAPERCLIP_ENV, PAPERCLIP_POD } from "../../test/paperclip-pod.ts";
import type { ServerProcess } from "../server-process.ts";
import { type OwnPod, readOwnPod } from "./own-pod.ts";

/** A server in a simulated cluster that has this pod, and how to read it. */
async function inCluster({ name = "paperclip-6d4b9f-x7k2p", namespace = "paperclip" } = {}) {
  const clock = new VirtualClock();
  const sim = new KubeSim({ clock, runtime: scriptedContainers(() => Promise.resolve(0)) });
  const transport = {
    call: sim.fetch,
    stream: sim.fetch,
    headers: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  };
  const cluster = new Cluster({ server: "https://sim", transport, clock, random: () => 0.5 });
  const containers = [{ name: "paperclip", image: "paperclip:1" }];
  const body = { metadata: { name, namespace }, spec: { containers } };
  await clock.run(cluster.request("POST", "/api/v1/namespaces", { body: { metadata: { name: namespace } } }));
  await clock.run(cluster.request("POST", `/api/v1/namespaces/${namespace}/pods`, { body }));
  sim.requests.length = 0;
  return {
    sim,
    clock,
    read: (raw: Record<string, unknown> = {}, server: ServerProcess = serverWith(PAPERCLIP_ENV)): Promise<OwnPod> =>
      clock.run(readOwnPod(raw, server, () => cluster, undefined)),
  };
}

function serverWith(env: Record<string, string>, files: Record<string, string> = {}): ServerProcess {
  return { env, readText: (path) => files[path] };
}

const found = { kind: "found", pod: { metadata: { name: PAPERCLIP_POD.metadata?.name } } };
const host = { KUBERNETES_SERVICE_HOST: "10.96.0.1" };

describe("the server's own pod", () => {
  test("is read once for a cluster, in one request", async () => {
    const { sim, read } = await inCluster();
    expect(await read()).toMatchObject(found);
    expect(await read()).toMatchObject(found);
    expect(sim.requests.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual(["get pods"]);
  });

  test.each([
    [
      "POD_NAME and POD_NAMESPACE",
      { POD_NAME: "paperclip-6d4b9f-x7k2p", POD_NAMESPACE: "paperclip", HOSTNAME: "node-1" },
    ],
    ["HOSTNAME and PAPERCLIP_NAMESPACE", { HOSTNAME: "paperclip-6d4b9f-x7k2p", PAPERCLIP_NAMESPACE: "paperclip" }],
    ["POD_NAMESPACE before PAPERCLIP_NAMESPACE", { ...PAPERCLIP_ENV, PAPERCLIP_NAMESPACE: "agents" }],
  ])("is found by %s", async (_, env) => {
    const { read } = await inCluster();
    expect(await read({}, serverWith({ ...host, ...env }))).toMatchObject(found);
  });

  test("is found by the namespace of its ServiceAccount", async () => {
    const { read } = await inCluster();
    const file = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";
    const server = serverWith({ ...host, HOSTNAME: "paperclip-6d4b9f-x7k2p" }, { [file]: "paperclip\n" });
    expect(await read({}, server)).toMatchObject(found);
  });
});

describe("nothing is read", () => {
  test.each([
    ["outside of a cluster", {}, {}],
    ["with a kubeconfig: the Jobs are in another cluster", { kubeconfig: "/k" }, PAPERCLIP_ENV],
    ["with a kubeconfig as text", { kubeconfigText: "{}" }, PAPERCLIP_ENV],
    ["with inheritPod: false", { inheritPod: false }, PAPERCLIP_ENV],
    ["with inheritPod: false as a form may have it", { inheritPod: "false" }, PAPERCLIP_ENV],
  ])("%s", async (_, raw, env) => {
    const { sim, read } = await inCluster();
    expect(await read(raw, serverWith(env))).toEqual({ kind: "none" });
    expect(sim.requests).toEqual([]);
  });
});

describe("a pod that cannot be read", () => {
  test("for want of a right is named with the rule that is missing, and asked for again", async () => {
    const { sim, read } = await inCluster();
    const allow = sim.access.deny({ verb: "get", resource: "pods" });
    expect(await read()).toEqual({
      kind: "unreadable",
      why: 'The Paperclip pod paperclip/paperclip-6d4b9f-x7k2p could not be read: allow it by a Role in the namespace paperclip with the rule {"apiGroups":[""],"resources":["pods"],"verbs":["get"]}.',
    });
    allow();
    expect(await read()).toMatchObject(found);
  });

  test("because the host's name is not the pod's says how to name it", async () => {
    const { read } = await inCluster({ name: "another" });
    expect(await read()).toMatchObject({ kind: "unreadable", why: expect.stringMatching(/POD_NAME .*fieldRef/) });
  });

  test("because nothing names it says the same", async () => {
    const { read } = await inCluster();
    const why = expect.stringMatching(/POD_NAMESPACE/) as string;
    expect(await read({}, serverWith(host))).toEqual({ kind: "unreadable", why });
  });

  test("because the API server is away fails the run: what it would inherit is not known", async () => {
    const { sim, clock, read } = await inCluster();
    sim.faults.restart(3_600_000);
    await expect(read()).rejects.toThrow(/paperclip-6d4b9f-x7k2p/);
    expect(clock.monotonic()).toBeLessThan(10_000);
  });
});
