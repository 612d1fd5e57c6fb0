import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openCodeDirectory } from "../opencode-directory.ts";
import type { ModelServer } from "./index.ts";
import { providerConfig, startModelServer } from "./index.ts";

const openCode = join(await openCodeDirectory(), "opencode");

let server: ModelServer;
let home: string;
beforeAll(async () => {
  server = await startModelServer();
  home = await mkdtemp(join(tmpdir(), "model-server-"));
  await mkdir(join(home, "work"));
  await writeFile(join(home, "models.json"), "{}");
  // Without these OpenCode installs its plugin package from the network.
  const config = join(home, ".config/opencode");
  await mkdir(join(config, "node_modules"), { recursive: true });
  await writeFile(join(config, "package.json"), "{}");
  const lock = { lockfileVersion: 3, packages: { "": { dependencies: { "@opencode-ai/plugin": "*" } } } };
  await writeFile(join(config, "package-lock.json"), JSON.stringify(lock));
});
afterAll(async () => {
  await server.close();
  await rm(home, { recursive: true });
});

interface Event {
  type: string;
  sessionID: string;
  part: { text?: string; tool?: string; state?: { status: string; output: string }; reason?: string; cost?: number };
}

/** Runs the real OpenCode against the server and returns its events. */
function run(prompt: string, ...args: string[]): Promise<Event[]> {
  const cwd = join(home, "work");
  const config = { provider: providerConfig(server.url, ["demo", "text"]), share: "disabled", snapshot: false };
  const env = {
    PATH: process.env["PATH"],
    PWD: cwd,
    HOME: home,
    TMPDIR: home,
    OPENCODE_CONFIG_CONTENT: JSON.stringify(config),
    OPENCODE_MODELS_PATH: join(home, "models.json"),
    OPENCODE_DISABLE_MODELS_FETCH: "1",
    OPENCODE_DISABLE_DEFAULT_PLUGINS: "1",
    OPENCODE_DISABLE_FFF: "1",
  };
  return new Promise((resolve, reject) => {
    const child = execFile(openCode, ["run", "--format", "json", ...args], { cwd, env }, (error, stdout, stderr) => {
      if (error) return reject(new Error(stderr, { cause: error }));
      resolve(
        stdout
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line) as Event),
      );
    });
    child.stdin?.end(prompt);
  });
}

test("the demo's agent writes a note, reads it and sums up", { timeout: 300_000 }, async () => {
  const events = await run("Write a note", "--model=demo/demo", "--title=test");
  const tools = events.flatMap(({ part }) => (part.tool === undefined ? [] : [[part.tool, part.state?.status]]));
  expect(tools).toEqual([
    ["bash", "completed"],
    ["read", "completed"],
  ]);
  expect(events.findLast(({ type }) => type === "text")?.part.text).toContain("note.md");
  expect(events.at(-1)).toMatchObject({ type: "step_finish", part: { reason: "stop" } });
  expect(events.at(-1)?.part.cost).toBeGreaterThan(0);
});

test("a resumed session knows how it began", { timeout: 300_000 }, async () => {
  const [first] = await run("Remember: blue", "--model=demo/text", "--title=test");
  const again = await run("Which colour?", "--model=demo/text", `--session=${first!.sessionID}`);
  expect(again.find(({ type }) => type === "text")?.part.text).toContain(
    'Message 2 of this session, which began with: "Remember: blue"',
  );
});
