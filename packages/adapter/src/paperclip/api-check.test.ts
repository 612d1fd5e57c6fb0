import { expect, test } from "vitest";
import { apiProblem } from "./api-check.ts";
import type { FetchJson } from "../server-process.ts";

const never = new AbortController().signal;
const agent = { id: "agent-1", companyId: "company-1", name: "A", adapterType: "opencode_k8s", adapterConfig: {} };

interface Asked {
  readonly url: string;
  readonly authorization: string | undefined;
}

async function ask(
  answer: Response | Error,
  { url = "http://paperclip:3100/", own = "http://localhost:3100", signal = never, token = "jwt" } = {},
): Promise<{ problem: string | null; asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  const fetchJson: FetchJson = (to, init) => {
    asked.push({ url: to, authorization: init.headers["authorization"] });
    return answer instanceof Response ? Promise.resolve(answer) : Promise.reject(answer);
  };
  const server = { env: { PAPERCLIP_API_URL: own }, readText: () => undefined, fetchJson };
  return { problem: await apiProblem({ agent, authToken: token }, url, server, signal), asked };
}

test("a Paperclip that knows the agent by its token is the right one", async () => {
  const { problem, asked } = await ask(Response.json({ id: "agent-1" }));
  expect(problem).toBeNull();
  expect(asked).toEqual([{ url: "http://paperclip:3100/api/agents/me", authorization: "Bearer jwt" }]);
});

test.each([
  ["one that refuses the token", new Response("", { status: 401 }), /HTTP 401.*paperclipApiUrl/],
  ["one that has no such API", new Response("", { status: 404 }), /HTTP 404/],
  ["one that takes it for another's", Response.json({ id: "agent-2" }), /does not know the agent/],
  ["a page for people", new Response("<html>"), /does not know the agent/],
])("%s is told", async (_, answer, words) => {
  expect((await ask(answer)).problem).toMatch(words);
});

test.each([
  ["an address that the server does not reach", new TypeError("fetch failed")],
  ["one that is out of order just now", new Response("", { status: 502 })],
])("%s says nothing: pods may reach it", async (_, answer) => {
  expect((await ask(answer)).problem).toBeNull();
});

test("nobody is asked without a token, for a loopback, or outside of a server", async () => {
  for (const options of [{ token: "" }, { url: "http://localhost:3100" }, { own: "" }, { url: "" }])
    expect((await ask(new Response("", { status: 401 }), options)).asked).toEqual([]);
});
