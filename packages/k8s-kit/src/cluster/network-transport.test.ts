import { type AddressInfo, createServer } from "node:net";
import { inspect } from "node:util";
import { KubeSim, scriptedContainers, serveTls } from "@opencode-k8s/kube-sim";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startApiStub } from "../../test/api-stub.ts";
import { isTransient } from "../errors/index.ts";
import type { Cluster } from "./cluster.ts";
import { collectionPath } from "../objects.ts";
import { connectCluster } from "./network-transport.ts";

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

test.each(["GET", "POST"] as const)(
  "a redirection is not followed, and a %s that met one is no success",
  async (method) => {
    await using proxy = await startApiStub((_, response) => {
      response.writeHead(302, { location: `${server.url}${PODS}?code=secret` }).end();
    });
    const redirected = connectCluster({ kind: "text", text: proxy.kubeconfig({ token: "t" }) });
    const error = await redirected.request(method, "/x").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: 302, message: expect.stringContaining(`redirects to ${server.url}`) });
    expect(String(error)).not.toContain("secret");
    expect(isTransient(error)).toBe(false);
    await redirected.close();
  },
);

test("what answers, but speaks no HTTP, is not quoted, not even in the cause", async () => {
  const stranger = createServer((socket) => socket.resume().end("the-secret of another protocol\r\n"));
  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  const { port } = stranger.address() as AddressInfo;
  const plain = server.kubeconfig.replace(
    /server: .*/,
    `server: http://127.0.0.1:${port}\n      insecure-skip-tls-verify: true`,
  );
  const lost = connectCluster({ kind: "text", text: plain.replace(/certificate-authority-data: .*/, "") });
  const error = await lost.request("GET", "/x").catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    status: null,
    message: expect.stringContaining("does not match the HTTP/1.1 protocol"),
  });
  expect(inspect(error, { depth: null })).not.toContain("the-secret");
  await lost.close();
  await new Promise((resolve) => stranger.close(resolve));
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
