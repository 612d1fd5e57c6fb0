import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createServer } from "node:net";
import { KubeSim, scriptedContainers, serveTls } from "@opencode-k8s/kube-sim";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Cluster } from "./cluster.ts";
import { loadKubeConfig } from "./kube-config.ts";
import { collectionPath } from "../objects.ts";
import { connectCluster } from "./transport.ts";

type Server = Awaited<ReturnType<typeof serveTls>>;
let sim: KubeSim;
let server: Server;
let cluster: Cluster;
const PODS = collectionPath.pods("default");
const crashes: unknown[] = [];
const note = (error: unknown): void => void crashes.push(error);

beforeEach(async () => {
  sim = new KubeSim({ runtime: scriptedContainers(() => Promise.resolve(0)) });
  server = await serveTls(sim);
  cluster = connectCluster({ kind: "text", text: server.kubeconfig });
  process.on("uncaughtExceptionMonitor", note);
  process.on("unhandledRejection", note);
});

afterEach(async () => {
  await cluster.close();
  sim.close();
  await server.close();
  process.off("uncaughtExceptionMonitor", note);
  process.off("unhandledRejection", note);
});

test("speaks TLS with the certificate authority and the token of the kubeconfig", async () => {
  expect(await cluster.request("GET", PODS)).toMatchObject({ kind: "PodList" });
});

test("a token that is wrong is a 401 with the server's words", async () => {
  const text = server.kubeconfig.replace(/token: .*/, "token: wrong");
  const stranger = connectCluster({ kind: "text", text });
  await expect(stranger.request("GET", PODS)).rejects.toMatchObject({ status: 401, reason: "Unauthorized" });
  await stranger.close();
});

test("200 calls, one after the other, share their connections (complaint 5)", async () => {
  let connections = 0;
  const count = (): void => void (connections += 1);
  subscribe("undici:client:connected", count);
  for (let call = 0; call < 200; call += 1) await cluster.request("GET", PODS);
  unsubscribe("undici:client:connected", count);
  // A call may begin before the socket of the last one is idle again.
  expect(connections).toBeLessThanOrEqual(3);
});

test("an aborted and a reset stream end in an error that can be caught, and nowhere else (complaint 6)", async () => {
  const abort = new AbortController();
  const watch = { watch: true, allowWatchBookmarks: true };
  const aborted = await cluster.stream(PODS, { query: watch, signal: abort.signal });
  const reset = await cluster.stream(PODS, { query: watch, signal: new AbortController().signal });
  const reads = [aborted, reset].map(readToEnd);
  abort.abort(new Error("enough"));
  sim.faults.restart(0);
  const results = await Promise.allSettled(reads);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(crashes).toEqual([]);
});

test("a server that is not there is no answer, with the address that was tried", async () => {
  const text = server.kubeconfig.replace(/server: .*/, `server: https://127.0.0.1:${await closedPort()}`);
  const nowhere = connectCluster({ kind: "text", text });
  await expect(nowhere.request("GET", PODS)).rejects.toMatchObject({
    status: null,
    message: expect.stringContaining("ECONNREFUSED"),
  });
  await nowhere.close();
});

test.each([
  [
    "a file that does not exist",
    { kind: "file", path: "/nonexistent/kubeconfig" } as const,
    /\/nonexistent\/kubeconfig/,
  ],
  ["no YAML", { kind: "text", text: "a: [" } as const, /cannot be read/],
  ["no current context", { kind: "text", text: "clusters: []\ncontexts: []\nusers: []\n" } as const, /current-context/],
  [
    "a context without a cluster",
    { kind: "text", text: "current-context: a\nclusters: []\ncontexts: []\nusers: []\n" } as const,
    /no cluster/,
  ],
])("a kubeconfig that cannot be used says why: %s", (_, source, message) => {
  expect(() => loadKubeConfig(source)).toThrow(message);
});

async function readToEnd({ body }: Response): Promise<void> {
  const reader = body?.getReader();
  while (!(await reader?.read())?.done);
}

/** A port on which nobody listens: one that was free a moment ago. */
function closedPort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const listener = createServer().listen(0, "127.0.0.1", () => {
    const address = listener.address();
    listener.close(() => resolve(typeof address === "object" && address ? address.port : 0));
  });
  return promise;
}

test("a kubeconfig that is no YAML says where, and nothing that it holds", () => {
  const text = "users:\n- user:\n    token: secret-token\n   broken: [";
  expect(() => loadKubeConfig({ kind: "text", text })).toThrow(/line \d/);
  expect(() => loadKubeConfig({ kind: "text", text })).not.toThrow(/secret-token/);
});
