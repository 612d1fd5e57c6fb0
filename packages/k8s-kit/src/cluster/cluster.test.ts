import { inspect } from "node:util";
import { VirtualClock } from "@opencode-k8s/kube-sim";
import { describe, expect, test } from "vitest";
import { Cluster } from "./cluster.ts";
import type { Patch } from "./patch.ts";
import type { Fetch } from "./transport.ts";
import {
  isConflict,
  isForbidden,
  isGone,
  isNotFound,
  isTransient,
  isUnauthorized,
  KubernetesError,
} from "../errors/index.ts";

interface Options {
  readonly call?: Fetch;
  readonly stream?: Fetch;
  readonly headers?: (renew: boolean) => Promise<Record<string, string>>;
}

function clusterWith({ call, stream, headers }: Options): { cluster: Cluster; clock: VirtualClock } {
  const clock = new VirtualClock();
  const unused: Fetch = () => Promise.reject(new Error("not used"));
  const transport = {
    call: call ?? unused,
    stream: stream ?? unused,
    headers: headers ?? (() => Promise.resolve({ authorization: "Bearer one" })),
    close: () => Promise.resolve(),
  };
  return { cluster: new Cluster({ server: "https://k8s:6443", transport, clock, random: () => 0.5 }), clock };
}

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });
const status = (code: number, reason: string, message: string): object => ({ kind: "Status", code, reason, message });
/** Never answers; rejects when it is aborted, as fetch does. */
const silent: Fetch = (_, { signal }) =>
  new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error)));

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.fail("did not fail"),
    (error: unknown) => error,
  );

describe("an answer that is no success keeps all that the server said", () => {
  test("status, reason, message, and what was asked, without its query", async () => {
    const body = status(404, "NotFound", 'pods "x" not found');
    const { cluster } = clusterWith({ call: () => Promise.resolve(answer(404, body)) });
    const error = await failure(cluster.request("GET", "/api/v1/pods/x", { query: { token: "secret" } }));
    expect(error).toBeInstanceOf(KubernetesError);
    expect(error).toMatchObject({
      status: 404,
      reason: "NotFound",
      request: { method: "GET", path: "/api/v1/pods/x" },
    });
    expect((error as Error).message).toBe('GET /api/v1/pods/x: 404 pods "x" not found');
    expect(isNotFound(error)).toBe(true);
  });

  test("Retry-After, from the header or from the Status", async () => {
    const header = clusterWith({ call: () => Promise.resolve(answer(429, "slow down", { "retry-after": "7" })) });
    expect(await failure(header.cluster.request("GET", "/x"))).toMatchObject({
      retryAfterMs: 7000,
      message: expect.stringContaining("slow down"),
    });
    const details = { ...status(503, "ServiceUnavailable", "m"), details: { retryAfterSeconds: 2 } };
    const inBody = clusterWith({ call: () => Promise.resolve(answer(503, details)) });
    expect(await failure(inBody.cluster.request("GET", "/x"))).toMatchObject({ retryAfterMs: 2000 });
  });

  test("the predicates tell the statuses apart", async () => {
    const errorOf = async (code: number, reason: string): Promise<unknown> =>
      failure(
        clusterWith({ call: () => Promise.resolve(answer(code, status(code, reason, "m"))) }).cluster.request(
          "GET",
          "/x",
        ),
      );
    expect(isConflict(await errorOf(409, "Conflict"))).toBe(true);
    expect(isGone(await errorOf(410, "Expired"))).toBe(true);
    expect(isForbidden(await errorOf(403, "Forbidden"))).toBe(true);
    expect(isTransient(await errorOf(503, "ServiceUnavailable"))).toBe(true);
    expect(isTransient(await errorOf(422, "Invalid"))).toBe(false);
  });
});

test.each([
  ["https://login.example/auth?code=hunter2", "redirects to https://login.example, "],
  ["/auth?code=hunter2", "redirects to another path, "],
])("a redirection (%s) is an error that says where to, without the rest of the address", async (location, words) => {
  const page = `<a href="${location}">Found</a>`;
  const { cluster } = clusterWith({ call: () => Promise.resolve(answer(302, page, { location })) });
  const error = await failure(cluster.request("GET", "/x"));
  expect(error).toMatchObject({ status: 302, message: expect.stringContaining(words) });
  expect(inspect(error, { depth: null })).not.toContain("hunter2");
});

test.each([
  ["text/html", "<html>login</html>", "18 characters of text/html"],
  ["application/json", '{"data":{"password":hunter2}}', "29 characters of application/json"],
  ["application/json", "", "0 characters of application/json"],
])("a success that is no JSON (%s, %j) is said so, and not quoted", async (type, body, words) => {
  const { cluster } = clusterWith({ call: () => Promise.resolve(answer(200, body, { "content-type": type })) });
  const error = await failure(cluster.request("GET", "/x"));
  expect(error).toMatchObject({ status: null, message: expect.stringContaining(`200, but ${words} that are no JSON`) });
  expect(inspect(error, { depth: null })).not.toMatch(/hunter2|login/);
});

test("no answer is an error without a status, with its cause, and says what happened in one line", async () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
  const { cluster } = clusterWith({ call: () => Promise.reject(new TypeError("fetch failed", { cause: refused })) });
  const error = await failure(cluster.request("GET", "/x"));
  expect(error).toMatchObject({ status: null, message: expect.stringContaining("ECONNREFUSED 127.0.0.1:1") });
  expect(((error as Error).cause as Error).cause).toBe(refused);
  expect(isTransient(error)).toBe(true);
});

test("a server that does not answer is given up after the bound", async () => {
  const { cluster, clock } = clusterWith({ call: silent });
  const error = await clock.run(failure(cluster.request("GET", "/x", { timeoutMs: 4_000 })));
  expect(error).toMatchObject({ name: "DeadlineError", ms: 4_000 });
  expect(clock.monotonic()).toBe(4_000);
});

test("the signal ends a request at once, with its reason", async () => {
  const { cluster, clock } = clusterWith({ call: silent });
  const abort = new AbortController();
  const reason = new Error("enough");
  void clock.sleep(100).then(() => abort.abort(reason));
  expect(await clock.run(failure(cluster.request("GET", "/x", { signal: abort.signal })))).toBe(reason);
  expect(clock.monotonic()).toBe(100);
});

test("the bound of a stream ends with its headers: a body may be silent for hours", async () => {
  const { cluster, clock } = clusterWith({
    stream: (_, { signal }) => {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => signal?.addEventListener("abort", () => controller.error(signal.reason)),
      });
      void clock.sleep(3_600_000).then(() => undefined);
      return Promise.resolve(new Response(body));
    },
  });
  const signal = new AbortController().signal;
  const response = await cluster.stream("/log", { signal });
  await clock.run(clock.sleep(3_600_000));
  expect(signal.aborted).toBe(false);
  const read = response.body?.getReader().read();
  await expect(Promise.race([read, Promise.resolve("still open")])).resolves.toBe("still open");
});

test("401 asks for one new token, and then fails", async () => {
  const sent: string[] = [];
  const renewed: boolean[] = [];
  const { cluster } = clusterWith({
    headers: (renew) => {
      renewed.push(renew);
      return Promise.resolve({ authorization: renew ? "Bearer two" : "Bearer one" });
    },
    call: (_, { headers }) => {
      const token = (headers as Record<string, string>)["authorization"] ?? "";
      sent.push(token);
      return Promise.resolve(
        token === "Bearer two" && sent.length < 3 ? answer(200, {}) : answer(401, status(401, "Unauthorized", "m")),
      );
    },
  });
  await cluster.request("GET", "/x");
  expect(sent).toEqual(["Bearer one", "Bearer two"]);
  expect(isUnauthorized(await failure(cluster.request("GET", "/x")))).toBe(true);
  expect(renewed).toEqual([false, true, false, true]);
});

test("what may be repeated is repeated while the server is away", async () => {
  let tries = 0;
  const { cluster, clock } = clusterWith({
    call: () => {
      tries += 1;
      return tries < 4 ? Promise.reject(new TypeError("fetch failed")) : Promise.resolve(answer(200, { ok: true }));
    },
  });
  const signal = new AbortController().signal;
  expect(await clock.run(cluster.persist("GET", "/x", { signal }))).toEqual({ ok: true });
  expect(tries).toBe(4);
});

test("what does not pass is not repeated", async () => {
  let tries = 0;
  const { cluster } = clusterWith({
    call: () => {
      tries += 1;
      return Promise.resolve(answer(403, status(403, "Forbidden", "m")));
    },
  });
  await failure(cluster.persist("GET", "/x", { signal: new AbortController().signal }));
  expect(tries).toBe(1);
});

test("whoever gives the credentials may be away for a while, too", async () => {
  let tries = 0;
  const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
  const { cluster, clock } = clusterWith({
    headers: () => {
      tries += 1;
      return tries < 3 ? Promise.reject(new TypeError("fetch failed", { cause: refused })) : Promise.resolve({});
    },
    call: () => Promise.resolve(answer(200, { ok: true })),
  });
  const signal = new AbortController().signal;
  expect(await clock.run(cluster.persist("GET", "/x", { signal }))).toEqual({ ok: true });
  expect(tries).toBe(3);
});

test("credentials that never come are given up after the bound, too", async () => {
  const { cluster, clock } = clusterWith({ headers: () => new Promise(() => undefined) });
  const error = await clock.run(failure(cluster.request("GET", "/x", { timeoutMs: 1_000 })));
  expect(error).toMatchObject({ name: "DeadlineError" });
});

describe("complaint 20: a patch says how it is to be read", () => {
  test.each<[Patch, string, string]>([
    [{ strategy: "merge", body: { a: null } }, "application/merge-patch+json", ""],
    [{ strategy: "strategic", body: { a: 1 } }, "application/strategic-merge-patch+json", ""],
    [{ strategy: "json", body: [{ op: "remove", path: "/a" }] }, "application/json-patch+json", ""],
    [
      { strategy: "apply", body: { a: 1 }, fieldManager: "me & mine", force: true },
      "application/apply-patch+yaml",
      "?fieldManager=me%20%26%20mine&force=true",
    ],
  ])("%j", async (patch, mediaType, query) => {
    const sent: unknown[] = [];
    const { cluster } = clusterWith({
      call: (url, { method, headers, body }) => {
        sent.push(method, url, (headers as Record<string, string>)["content-type"], body);
        return Promise.resolve(answer(200, { patched: true }));
      },
    });
    expect(await cluster.patch("/x", patch)).toEqual({ patched: true });
    expect(sent).toEqual(["PATCH", `https://k8s:6443/x${query}`, mediaType, JSON.stringify(patch.body)]);
  });
});

test("a request says who it is from: the API server calls the manager of a field after it", async () => {
  const agents: unknown[] = [];
  const { cluster } = clusterWith({
    call: (_, { headers }) => {
      agents.push((headers as Record<string, string>)["user-agent"]);
      return Promise.resolve(answer(200, {}));
    },
  });
  await cluster.request("GET", "/x");
  expect(agents).toEqual(["k8s-kit"]);
});

test.each(["x", "/x?token=secret", "/a b", "/x#y", ""])(
  "the path %j is refused: a query has a place of its own",
  async (path) => {
    const { cluster } = clusterWith({});
    await expect(cluster.request("GET", path)).rejects.toMatchObject({ name: "InvalidInputError", field: "path" });
  },
);

test("Retry-After is obeyed between two tries, given in seconds or as a date", async () => {
  let tries = 0;
  const { cluster, clock } = clusterWith({
    call: () => {
      tries += 1;
      const date = new Date(clock.now() + 5_000).toUTCString();
      if (tries === 3) return Promise.resolve(answer(200, {}));
      return Promise.resolve(answer(429, "slow down", { "retry-after": tries === 1 ? "7" : date }));
    },
  });
  await clock.run(cluster.persist("GET", "/x", { signal: new AbortController().signal }));
  // The jitter is half of its ceiling: 125 and 250 ms. A date has no milliseconds.
  expect(clock.monotonic()).toBeGreaterThanOrEqual(7_125 + 4_000);
  expect(clock.monotonic()).toBeLessThanOrEqual(7_125 + 5_250);
});

test("a cluster that was closed ends what persists, instead of being asked for ever", async () => {
  const { cluster, clock } = clusterWith({ call: () => Promise.reject(new TypeError("fetch failed")) });
  const work = failure(cluster.persist("GET", "/x", { signal: new AbortController().signal }));
  void clock.sleep(1_000).then(() => cluster.close());
  expect(await clock.run(work)).toMatchObject({ message: expect.stringContaining("was closed by this program") });
});
