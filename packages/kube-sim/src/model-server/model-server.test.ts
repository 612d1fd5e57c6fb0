import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Clock } from "../clock.ts";
import { systemClock } from "../clock.ts";
import type { ModelServer } from "./index.ts";
import { startModelServer } from "./index.ts";

let server: ModelServer;
/** Pauses that the models asked for; they take no time here. */
let pauses: number[];

beforeEach(async () => {
  pauses = [];
  const clock: Clock = {
    ...systemClock,
    sleep: (ms) => {
      pauses.push(ms);
      return Promise.resolve();
    },
  };
  server = await startModelServer({ clock });
});
afterEach(() => server.close());

const bash = [{ type: "function", function: { name: "bash" } }];

function ask(model: string, messages: unknown[], more: Record<string, unknown> = {}): Promise<Response> {
  const body = JSON.stringify({ model, messages, tools: bash, ...more });
  return fetch(`${server.url}/chat/completions`, { method: "POST", body });
}

const user = (content: string): unknown => ({ role: "user", content });
const step = [
  { role: "assistant", content: "" },
  { role: "tool", content: "ok" },
];

describe("the wire", () => {
  test("an answer at once", async () => {
    const response = await ask("text", [user("Hello\nthere")]);
    expect(await response.json()).toMatchObject({
      object: "chat.completion",
      model: "text",
      choices: [{ message: { content: expect.stringContaining('began with: "Hello"') }, finish_reason: "stop" }],
      usage: { prompt_tokens: 3, total_tokens: expect.any(Number) },
    });
    expect(server.requests).toMatchObject([{ model: "text", messages: [{ role: "user", text: "Hello\nthere" }] }]);
  });

  test("a stream, with usage when asked for", async () => {
    const response = await ask("tools", [user("Go")], { stream: true, stream_options: { include_usage: true } });
    const lines = (await response.text()).split("\n\n").filter((line) => line !== "");
    expect(lines.at(-1)).toBe("data: [DONE]");
    const chunks = lines.slice(0, -1).map((line) => JSON.parse(line.slice("data: ".length)) as Record<string, unknown>);
    expect(chunks.at(-2)).toMatchObject({ choices: [{ finish_reason: "tool_calls" }] });
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: expect.any(Number) } });
  });

  test("what it does not know is 404, what it cannot read 400", async () => {
    expect((await ask("gpt", [user("Hello")])).status).toBe(404);
    expect((await fetch(`${server.url}/chat/completions`, { method: "POST", body: "{" })).status).toBe(400);
    expect((await fetch(`${server.url}/other`)).status).toBe(404);
  });
});

describe("the models", () => {
  test("are listed, one of each kind", async () => {
    const { data } = (await (await fetch(`${server.url}/models`)).json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toContain("pace-40s-1500ms");
  });

  test("text names the first message and counts them", async () => {
    const response = await ask("text", [
      user("Remember: blue"),
      { role: "assistant", content: "Yes." },
      user("Which?"),
    ]);
    expect(await response.text()).toContain('Message 2 of this session, which began with: \\"Remember: blue\\"');
  });

  test("pace calls a tool until its time is over", async () => {
    expect(await (await ask("pace-3s-1000ms", [user("Go")])).text()).toContain("step 1 of 3");
    expect(await (await ask("pace-3s-1000ms", [user("Go"), ...step, ...step])).text()).toContain("All 3 steps");
    expect(pauses).toEqual([1000, 1000]);
  });

  test("quiet is silent in the middle", async () => {
    await ask("quiet-240s", [user("Go")]);
    await ask("quiet-240s", [user("Go"), ...step]);
    expect(pauses).toEqual([240_000]);
  });

  test("big answers with exactly so many bytes", async () => {
    const answer = (await (await ask("big-3mb", [user("Go")])).json()) as {
      choices: [{ message: { content: string } }];
    };
    expect(Buffer.byteLength(answer.choices[0].message.content)).toBe(3_000_000);
  });

  test("fail answers with its status", async () => {
    const response = await ask("fail-401", [user("Go")]);
    expect([response.status, await response.json()]).toMatchObject([401, { error: { code: 401 } }]);
  });

  test("unpaid wants to be paid, and says when to come again", async () => {
    const response = await ask("unpaid-3600s", [user("Go")]);
    expect([response.status, response.headers.get("retry-after")]).toEqual([402, "3600"]);
  });

  test("hang answers nothing until the server closes", async () => {
    const hanging = ask("hang", [user("Go")]);
    const outcome = hanging.catch(String);
    while (server.requests.length === 0) await new Promise(setImmediate);
    await server.close();
    expect(await outcome).toContain("fetch failed");
    server = await startModelServer();
  });
});
