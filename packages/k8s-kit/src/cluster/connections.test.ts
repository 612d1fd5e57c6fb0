import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { VirtualClock } from "@opencode-k8s/kube-sim";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type ApiStub, startApiStub } from "../../test/api-stub.ts";
import { openTunnel, type TcpTunnel } from "../../test/tcp-tunnel.ts";
import { isTransient } from "../errors/index.ts";
import { systemClock } from "../time/clock.ts";
import { deadline } from "../time/deadline.ts";
import type { Cluster } from "./cluster.ts";
import { CALL_CONNECTIONS, connectCluster } from "./network-transport.ts";

// Real sockets and processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

/** Nothing here takes so long, however busy the machine; and what must end by itself would not, before. Milliseconds. */
const PLENTY_MS = 60_000;

let stub: ApiStub;
let tunnel: TcpTunnel;
let cluster: Cluster;
/** Requests that are not answered, and connections that are not, by the number of the request. */
let silent: (url: string) => boolean;
let broken: (url: string) => boolean;

beforeEach(async () => {
  silent = broken = () => false;
  stub = await startApiStub((request, response) => {
    const { url = "" } = request;
    if (broken(url)) return void request.socket.destroy();
    if (url.includes("watch")) return response.writeHead(200).flushHeaders();
    if (!silent(url)) response.end("{}");
  });
  tunnel = await openTunnel(stub.port);
  cluster = connect(tunnel.port);
});

afterEach(async () => {
  await cluster.close();
  await tunnel[Symbol.asyncDispose]();
  await stub[Symbol.asyncDispose]();
});

const kubeconfig = (port: number): string =>
  stub.kubeconfig({ token: "t" }).replace(stub.url, `https://127.0.0.1:${port}`);
const connect = (port: number): Cluster => connectCluster({ kind: "text", text: kubeconfig(port) });
const get = (path = "/x", timeoutMs = PLENTY_MS): Promise<unknown> => cluster.request("GET", path, { timeoutMs });
const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.fail("did not fail"),
    (error: unknown) => error,
  );

describe("complaint 5: connections are shared", () => {
  test("200 calls, one after the other, open one connection", async () => {
    for (let call = 0; call < 200; call += 1) await get();
    expect(tunnel.made).toBe(1);
  });

  test(`200 calls at a time open ${CALL_CONNECTIONS} connections at most, and are all answered`, async () => {
    await Promise.all(Array.from({ length: 200 }, () => get()));
    expect(stub.seen).toHaveLength(200);
    expect(tunnel.made).toBeLessThanOrEqual(CALL_CONNECTIONS);
  });

  test("streams have connections of their own: however many are open, a call is not held up", async () => {
    const { signal } = new AbortController();
    await get();
    await Promise.all(Array.from({ length: 40 }, () => cluster.stream("/watch", { signal })));
    expect(tunnel.made).toBe(41);
    await get();
    expect(tunnel.made).toBe(41);
  });

  test("a refusal uses up no connection", async () => {
    stub.accept = () => false;
    for (let call = 0; call < 20; call += 1) await failure(get());
    stub.accept = () => true;
    await get();
    expect(tunnel.made).toBe(1);
  });
});

describe("a connection that went wrong does not spoil the next call", () => {
  test("cut without a word, in the middle of nowhere: one call meets its deadline, the next is answered", async () => {
    await Promise.all(Array.from({ length: 10 }, () => get()));
    tunnel.freeze();
    const late = await failure(get("/x", 200));
    expect(late).toMatchObject({ name: "DeadlineError", ms: 200 });
    expect(isTransient(late)).toBe(true);
    // Nine more idle connections lie in wait, as dead as the first.
    await Promise.all(Array.from({ length: 10 }, () => get()));
  });

  test("nor the next stream: idle connections of streams that ended are given up with the first one that met its deadline", async () => {
    const read = async (signal?: AbortSignal): Promise<unknown> =>
      (await cluster.stream("/log", { signal: signal ?? new AbortController().signal })).text();
    await Promise.all(Array.from({ length: 5 }, () => read()));
    tunnel.freeze();
    using limit = deadline(systemClock, 200, "the log");
    expect(await failure(read(limit.signal))).toMatchObject({ name: "DeadlineError", ms: 200 });
    expect(await Promise.all(Array.from({ length: 5 }, () => read(AbortSignal.timeout(PLENTY_MS))))).toHaveLength(5);
  });

  test("frozen with more calls than connections: each ends by its own deadline, and the next is answered", async () => {
    silent = () => true;
    const calls = Array.from({ length: 3 * CALL_CONNECTIONS }, () => failure(get("/x", 300)));
    expect(new Set((await Promise.all(calls)).map((error) => (error as Error).name))).toEqual(
      new Set(["DeadlineError"]),
    );
    silent = () => false;
    await get();
  });

  test("a call's deadline begins when it has its turn: what waits for the calls before is not given up", async () => {
    const clock = new VirtualClock();
    const held: (() => void)[] = [];
    await using slow = await startApiStub((_, response) => void held.push(() => void response.end("{}")));
    const other = connectCluster({ kind: "text", text: slow.kubeconfig({ token: "t" }) }, { clock });
    const before = Array.from({ length: CALL_CONNECTIONS }, () => other.request("GET", "/slow", { timeoutMs: 40_000 }));
    const last = other.request("GET", "/last", { timeoutMs: 1_000 });
    await vi.waitFor(() => expect(held).toHaveLength(CALL_CONNECTIONS), PLENTY_MS);
    await clock.advance(20_000);
    held.splice(0).forEach((answer) => answer());
    await Promise.all(before);
    await vi.waitFor(() => expect(held).toHaveLength(1), PLENTY_MS);
    held.forEach((answer) => answer());
    expect(await last).toEqual({});
    await other.close();
  });

  test("a call that takes its time is not disturbed by the deadline of another", async () => {
    const { promise: release, resolve } = Promise.withResolvers<void>();
    silent = (url) => url === "/hangs";
    await using slow = await startApiStub((_, response) => void release.then(() => response.end('{"slow":true}')));
    const other = connectCluster({ kind: "text", text: slow.kubeconfig({ token: "t" }) });
    const waiting = other.request("GET", "/slow", { timeoutMs: PLENTY_MS });
    await failure(other.request("GET", "/hangs", { timeoutMs: 100 }));
    resolve();
    expect(await waiting).toEqual({ slow: true });
    await other.close();
  });

  test("a server that accepts and says nothing is given up by the deadline", async () => {
    const accepted = new Set<Socket>();
    const mute = createServer((socket) => void accepted.add(socket));
    await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
    const nobody = connect((mute.address() as AddressInfo).port);
    const error = await failure(nobody.request("GET", "/x", { timeoutMs: 100 }));
    expect(error).toMatchObject({ name: "DeadlineError" });
    await nobody.close();
    for (const socket of accepted) socket.destroy();
    await new Promise((resolve) => mute.close(resolve));
  });

  test("the API server restarts between two calls: the second is answered", async () => {
    await get();
    await stub.restart();
    await get();
    await cluster.request("POST", "/x", { body: {} });
  });

  test("an idle connection is closed as a GET is written to it: the GET is sent again, once", async () => {
    await get();
    let left = 1;
    broken = () => left-- > 0;
    await get();
    expect(stub.seen).toHaveLength(3);
    left = Infinity;
    expect(await failure(get())).toMatchObject({ status: null });
    expect(stub.seen).toHaveLength(5);
  });

  test.each(["POST", "PUT", "DELETE"] as const)("a %s whose answer got lost is never sent again", async (method) => {
    await get();
    broken = () => true;
    const error = await failure(cluster.request(method, "/x", { body: {} }));
    expect(error).toMatchObject({ status: null, request: { method, path: "/x" } });
    expect(isTransient(error)).toBe(true);
    expect(stub.seen.filter((seen) => seen.method === method)).toHaveLength(1);
  });
});

test("an abort ends a call that waits for its turn, too", async () => {
  silent = () => true;
  const calls = Array.from({ length: CALL_CONNECTIONS }, () => failure(get("/x", 300)));
  const abort = new AbortController();
  const waiting = failure(cluster.request("GET", "/last", { signal: abort.signal }));
  const reason = new Error("enough");
  abort.abort(reason);
  expect(await waiting).toBe(reason);
  await Promise.all(calls);
  expect(stub.seen.map(({ url }) => url)).not.toContain("/last");
});

describe("nothing is left behind", () => {
  test("close() ends all connections; an open stream ends with an error, and later calls are refused", async () => {
    await get();
    const stream = await cluster.stream("/watch", { signal: new AbortController().signal });
    const read = failure(stream.text());
    await cluster.close();
    expect(await read).toBeInstanceOf(Error);
    const refused = await failure(get());
    expect(refused).toMatchObject({ message: expect.stringContaining("was closed by this program") });
    expect(isTransient(refused)).toBe(false);
    await expect.poll(() => tunnel.open, { timeout: PLENTY_MS }).toBe(0);
  });

  /** Runs a program that makes one call with a deadline of 5 s, and does not close its Cluster. */
  async function makeOneCall(content: string): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "one-call-"));
    const path = join(folder, "config");
    writeFileSync(path, content);
    const program = fileURLToPath(new URL("../../test/one-call.ts", import.meta.url));
    await promisify(execFile)(process.execPath, [program, path], { timeout: PLENTY_MS });
    rmSync(folder, { recursive: true });
  }

  test.each([
    ["was answered", false],
    ["was not answered in time", true],
  ])("a program ends by itself after its call %s, although its Cluster is still there", async (_, mute) => {
    silent = () => mute;
    await makeOneCall(kubeconfig(tunnel.port));
    expect(stub.seen.map(({ url }) => url)).toEqual(["/version"]);
  });

  test("a program ends by itself, although an exec plugin of its hangs", async () => {
    await makeOneCall(stub.kubeconfig({ exec: { command: "sleep", args: ["100"] } }));
    expect(stub.seen).toEqual([]);
  });
});
