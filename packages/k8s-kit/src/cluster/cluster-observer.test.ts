import { expect, test } from "vitest";
import { Cluster } from "./cluster.ts";
import type { RequestFact } from "./cluster-observer.ts";

function observed(call: () => Promise<Response>): { cluster: Cluster; facts: RequestFact[] } {
  const facts: RequestFact[] = [];
  const headers = (): Promise<Record<string, string>> => Promise.resolve({});
  const transport = { call, stream: call, headers, close: (): Promise<void> => Promise.resolve() };
  const observer = { onRequest: (fact: RequestFact): number => facts.push(fact) };
  return { cluster: new Cluster({ server: "https://api", transport, observer }), facts };
}

test("each try is told with its status, a refused one and the one with a new token, too", async () => {
  const statuses = [200, 401, 403];
  const { cluster, facts } = observed(() => Promise.resolve(new Response("{}", { status: statuses.shift() ?? 500 })));
  await cluster.request("GET", "/version");
  await expect(cluster.request("DELETE", "/api")).rejects.toMatchObject({ status: 403 });
  expect(facts).toEqual([
    { method: "GET", status: 200 },
    { method: "DELETE", status: 401 },
    { method: "DELETE", status: 403 },
  ]);
});

test("a request without an answer is told without a status, and a stream as it is opened", async () => {
  const answers = [Promise.reject(new TypeError("fetch failed")), Promise.resolve(new Response("{}"))];
  answers[0]?.catch(() => undefined);
  const { cluster, facts } = observed(() => answers.shift() ?? Promise.reject(new Error("no more")));
  await expect(cluster.request("GET", "/version")).rejects.toThrow("fetch failed");
  await cluster.stream("/version", { signal: new AbortController().signal });
  expect(facts).toEqual([
    { method: "GET", status: null },
    { method: "GET", status: 200 },
  ]);
});
