import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock } from "@opencode-k8s/k8s-kit";
import { afterEach, expect, test } from "vitest";
import { ModelList } from "./model-list.ts";
import { wellKnownModels } from "./well-known.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** The environment of a server whose catalogue is at this one. */
async function serving(answer: RequestListener): Promise<{ OPENCODE_MODELS_URL: string }> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return { OPENCODE_MODELS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

const model = (name: string, more: object = {}): object => ({
  name,
  tool_call: true,
  release_date: "2026-01-01",
  ...more,
});
const CATALOGUE = {
  anthropic: {
    name: "Anthropic",
    models: {
      old: model("Old", { release_date: "2025-01-01" }),
      new: model("New"),
      gone: model("Gone", { status: "deprecated" }),
      talker: model("Talker", { tool_call: false }),
      painter: model("Painter", { modalities: { output: ["image"] } }),
    },
  },
  groq: { models: { "moonshotai/kimi": model("Kimi") } },
  openai: { name: "OpenAI", models: { gpt: model("GPT") } },
};
const answering =
  (catalogue: unknown): RequestListener =>
  (request, response) =>
    response.writeHead(request.url === "/api.json" ? 200 : 404).end(JSON.stringify(catalogue));

/** Nothing is waited for. */
const impatient = { ...systemClock, sleep: (): Promise<void> => Promise.resolve() };

test("are the tool-calling ones of the providers whose keys the server has, the newest first", async () => {
  const env = {
    ...(await serving(answering(CATALOGUE))),
    GROQ_API_KEY: "k",
    ANTHROPIC_API_KEY: "k",
    OPENAI_API_KEY: "",
  };
  expect(await new ModelList({ env }).list()).toEqual([
    { id: "anthropic/new", label: "New · Anthropic" },
    { id: "anthropic/old", label: "Old · Anthropic" },
    { id: "groq/moonshotai/kimi", label: "Kimi · groq" },
  ]);
});

test("are those of well-known providers where the server has no key: agents bring theirs", async () => {
  const models = await new ModelList({ env: await serving(answering(CATALOGUE)) }).list();
  expect(models.map(({ id }) => id)).toEqual(["anthropic/new", "anthropic/old", "openai/gpt"]);
});

test("are asked for once an hour, and anew when somebody says so", async () => {
  let [asked, time] = [0, 0];
  const env = await serving((request, response) => {
    asked += 1;
    answering({ openai: { models: { [`gpt-${asked}`]: model("GPT") } } })(request, response);
  });
  const models = new ModelList({ env }, { ...systemClock, monotonic: () => time });
  const shown = async (list: Promise<readonly { id: string }[]>): Promise<unknown> => (await list).map(({ id }) => id);
  expect(await Promise.all([shown(models.list()), shown(models.list())])).toEqual([["openai/gpt-1"], ["openai/gpt-1"]]);
  expect(await shown(models.refresh())).toEqual(["openai/gpt-2"]);
  time = 60 * 60_000 - 1;
  expect(await shown(models.list())).toEqual(["openai/gpt-2"]);
  time = 60 * 60_000;
  expect(await shown(models.list())).toEqual(["openai/gpt-3"]);
});

test.each<[string, RequestListener]>([
  ["an error", (_, response) => void response.writeHead(500).end("down")],
  ["no JSON", (_, response) => void response.end("<html>")],
  ["something else", answering([{ anthropic: "none" }])],
  ["a wrong shape", answering({ anthropic: { models: { a: null, b: { tool_call: "yes" } } } })],
  ["an end in the middle", (_, response) => void response.write("{", () => response.destroy())],
])("a catalogue that is %s: the well-known ones are shown", async (_, answer) => {
  const env = { ...(await serving(answer)), ANTHROPIC_API_KEY: "k" };
  const models = new ModelList({ env });
  expect(await models.list()).toEqual(wellKnownModels(["anthropic"]));
  expect(await models.refresh()).toEqual(wellKnownModels(["anthropic"]));
});

test("a catalogue that does not answer keeps nobody waiting", async () => {
  const env = await serving(() => undefined);
  expect(await new ModelList({ env }, impatient).list()).toEqual(wellKnownModels([]));
  expect(await new ModelList({ env }, impatient).refresh()).toEqual(wellKnownModels([]));
});

test("a catalogue that cannot be reached is not asked again at every list", async () => {
  let [asked, time] = [0, 0];
  const fetchJson = (): Promise<Response> => {
    asked += 1;
    return Promise.reject(new TypeError("fetch failed"));
  };
  const models = new ModelList({ env: {}, fetchJson }, { ...systemClock, monotonic: () => time });
  for (time of [0, 1, 5 * 60_000 - 1]) expect(await models.list()).toEqual(wellKnownModels([]));
  expect(asked).toBe(1);
  time = 5 * 60_000;
  await models.list();
  expect(asked).toBe(2);
});

test("a slow catalogue is there for the next list, and what was known outlives a failure", async () => {
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  let time = 0;
  let answer = answering(CATALOGUE);
  const env = await serving((request, response) => void ready.then(() => answer(request, response)));
  // Only the wait of a list is over at once.
  const sleep: typeof systemClock.sleep = (ms, signal) =>
    ms < 10_000 ? Promise.resolve() : systemClock.sleep(ms, signal);
  const models = new ModelList(
    { env: { ...env, OPENAI_API_KEY: "k" } },
    { ...systemClock, sleep, monotonic: () => time },
  );
  expect(await models.list()).toEqual(wellKnownModels(["openai"]));
  resolve();
  const shown = [{ id: "openai/gpt", label: "GPT · OpenAI" }];
  expect(await models.refresh()).toEqual(shown);
  answer = (_, response) => response.writeHead(503).end();
  time = 60 * 60_000;
  expect(await models.refresh()).toEqual(shown);
});

test("a catalogue without end is given up", async () => {
  const megabyte = Buffer.alloc(1024 * 1024, " ");
  const env = await serving((_, response) => {
    const more = (): void => void response.write(megabyte, (error) => error ?? more());
    more();
  });
  expect(await new ModelList({ env }).refresh()).toEqual(wellKnownModels([]));
});

test("nothing is fetched where OpenCode is not to fetch it either", async () => {
  const fetchJson = (): Promise<Response> => Promise.reject(new Error("must not be called"));
  const env = { OPENCODE_DISABLE_MODELS_FETCH: "true", MISTRAL_API_KEY: "k" };
  expect(await new ModelList({ env, fetchJson }).refresh()).toEqual(wellKnownModels(["mistral"]));
});
