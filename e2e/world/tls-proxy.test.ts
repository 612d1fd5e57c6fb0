import type { IncomingMessage } from "node:http";
import { createServer, get, request, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { makeCertificates } from "@opencode-k8s/kube-sim";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TlsProxy, type TlsProxyOptions } from "./tls-proxy.ts";

const BODY = Buffer.alloc(300_000, "äö");
let upstream: Server;
let options: TlsProxyOptions;

/** Answers `/whole` at once, `/begun` with ten bytes, a silence of two seconds, and ten more, and what is sent with itself. */
beforeEach(async () => {
  const { ca, cert, key } = await makeCertificates("127.0.0.1");
  upstream = createServer({ cert, key }, (request, response) => {
    if (request.method === "POST") return void request.pipe(response);
    if (request.url !== "/begun") return void response.end(BODY);
    response.write(BODY.subarray(0, 10));
    setTimeout(() => response.write(BODY.subarray(10, 20)), 2_000).unref();
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  options = { server: `https://127.0.0.1:${(upstream.address() as AddressInfo).port}`, ca };
});

afterEach(() => {
  upstream.closeAllConnections();
  upstream.close();
});

/** What a client receives, and whether the answer came to its proper end within `ms` milliseconds; null: it came to none. */
function read(proxy: TlsProxy, path: string, ms = 30_000): Promise<{ body: Buffer; whole: boolean | null }> {
  const pieces: Buffer[] = [];
  return new Promise((resolve) => {
    const end = (whole: boolean | null): void => resolve({ body: Buffer.concat(pieces), whole });
    const request = get(proxy.url + path, { ca: proxy.ca, agent: false }, (response) => {
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("error", () => undefined);
      response.on("close", () => end(response.complete));
    });
    request.on("error", () => end(false));
    setTimeout(() => {
      end(null);
      request.destroy();
    }, ms).unref();
  });
}

test("passes on what there is", async () => {
  await using proxy = await TlsProxy.start(options);
  expect(await read(proxy, "/whole")).toEqual({ body: BODY, whole: true });
});

test.each([0, 1, 65_537, 299_999])("cuts after exactly %i bytes", async (afterBytes) => {
  await using proxy = await TlsProxy.start(options);
  proxy.fate = () => ({ kind: "cut", afterBytes });
  expect(await read(proxy, "/whole")).toEqual({ body: BODY.subarray(0, afterBytes), whole: false });
  expect(proxy.cuts).toBe(1);
});

test("changes what is created, and nothing else", async () => {
  await using proxy = await TlsProxy.start(options);
  proxy.amend = (path, object) => ({ ...(object as object), path });
  const answer = Promise.withResolvers<IncomingMessage>();
  const { ca } = proxy;
  request(`${proxy.url}/jobs`, { ca, agent: false, method: "POST" }, answer.resolve).end('{"kind":"Job"}');
  expect(await json(await answer.promise)).toEqual({ kind: "Job", path: "/jobs" });
  expect(await read(proxy, "/whole")).toEqual({ body: BODY, whole: true });
});

test("refuses", async () => {
  await using proxy = await TlsProxy.start(options);
  proxy.fate = () => ({ kind: "refuse" });
  expect(await read(proxy, "/whole")).toMatchObject({ whole: false });
});

test("takes a request and says nothing", async () => {
  await using proxy = await TlsProxy.start(options);
  proxy.fate = () => ({ kind: "swallow" });
  expect(await read(proxy, "/whole", 300)).toMatchObject({ whole: null });
});

test("says nothing more after so many bytes", async () => {
  await using proxy = await TlsProxy.start(options);
  proxy.fate = () => ({ kind: "stall", afterBytes: 65_537 });
  expect(await read(proxy, "/whole", 1_000)).toEqual({ body: BODY.subarray(0, 65_537), whole: null });
});

test("answers in the server's place", async () => {
  await using proxy = await TlsProxy.start(options);
  proxy.fate = () => ({ kind: "answer", status: 429, headers: { "retry-after": "1" }, body: { code: 429 } });
  const { body, whole } = await read(proxy, "/whole");
  expect([JSON.parse(body.toString()), whole]).toEqual([{ code: 429 }, true]);
});

test("cuts what is under way", async () => {
  await using proxy = await TlsProxy.start(options);
  const reading = read(proxy, "/begun");
  while (proxy.cutOpen() === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await reading).toMatchObject({ whole: false });
});

test.each([
  ["closes", "close", false],
  ["forgets", "forget", null],
] as const)("%s a connection without a byte for a second", async (_, how, whole) => {
  await using proxy = await TlsProxy.start({ ...options, idle: { ms: 1_000, how } });
  expect(await read(proxy, "/begun", 3_000)).toEqual({ body: BODY.subarray(0, 10), whole });
});
