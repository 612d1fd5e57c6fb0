import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PackedAdapter, packAdapter } from "../paperclip/index.ts";
import { openClusterWorld, settings, type World } from "../world/index.ts";

let packed: PackedAdapter;
let program: string;
let folder: string;
let world: World;

beforeAll(async () => {
  packed = await packAdapter();
  const manifest = JSON.parse(await readFile(join(packed.folder, "package.json"), "utf8")) as { bin: string };
  program = join(packed.folder, manifest.bin);
  folder = await mkdtemp(join(tmpdir(), "command-line-"));
  world = await openClusterWorld(settings());
});
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
  await packed?.remove();
});

/** The words of `run` with a model of the model server; the rest of the configuration is in a file. */
async function runWords(model: string): Promise<string[]> {
  const { kubeconfig, ...config } = world.parts.config(model);
  const path = join(folder, `${model}.json`);
  await writeFile(path, JSON.stringify(config));
  return ["run", "Say hello.", "--config", path, "--kubeconfig", String(kubeconfig)];
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

function begin(words: readonly string[]): Child {
  return spawn(process.execPath, [program, ...words], { stdio: ["ignore", "pipe", "pipe"] });
}

async function exitCode(child: Child): Promise<number | null> {
  const [code] = (await once(child, "close")) as [number | null];
  return code;
}

/** Reads until a line says it. @throws when the output ends before */
async function untilSaid(child: Child, what: string): Promise<void> {
  for await (const line of createInterface({ input: child.stdout })) if (line.includes(what)) return;
  throw new Error(`it ended, and never said ${what}`);
}

const nothingIsLeft = async (): Promise<boolean> => {
  const { jobs, pods, secrets } = await world.objects();
  return jobs.length + pods.length + secrets.length === 0;
};

describe("the packed command line on a cluster", () => {
  test("a run in a terminal of forty columns: progress, transcript and result, and nothing is left", async () => {
    const command = [process.execPath, program, ...(await runWords("tools"))].map((word) => `'${word}'`).join(" ");
    // As of somebody at a terminal, whatever started the suite.
    const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
    // A pseudo-terminal of util-linux.
    const child = spawn("script", ["-qec", `stty cols 40; ${command}`, "/dev/null"], {
      env: { ...env, TERM: "xterm" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = exitCode(child);
    const output = await text(child.stdout);
    expect(await ended).toBe(0);
    // oxlint-disable-next-line no-control-regex
    const plain = output.replace(/\u001b\[[\d;]*m/g, "");
    expect(output).not.toBe(plain);
    expect(plain).toMatch(/Created Job[^]*Running in pod[^]*◆ [^]*Step finished[^]*status.*succeeded/);
    await world.eventually(120_000, "nothing is left", nothingIsLeft);
  });

  test("Ctrl-C cancels the run, and ends when nothing of it is left", async () => {
    const child = begin(await runWords("pace-40s-1500ms"));
    const ended = exitCode(child);
    await untilSaid(child, "Step finished");
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(await nothingIsLeft()).toBe(true);
  });

  test("whose reader goes away, as `| head` does, cancels the run without a word", async () => {
    const child = begin(await runWords("pace-40s-1500ms"));
    const ended = exitCode(child);
    await untilSaid(child, "Running in pod");
    child.stdout.destroy();
    const problems = await text(child.stderr);
    expect(await ended).toBe(130);
    expect(problems).toBe("");
    expect(await nothingIsLeft()).toBe(true);
  });

  test("the doctor looks at what a run needs, and leaves nothing behind", async () => {
    const [, , ...options] = await runWords("text");
    const child = begin(["doctor", ...options]);
    const ended = exitCode(child);
    const output = await text(child.stdout);
    expect(output).toMatch(/^✔ Jobs and pods of namespace .* can be watched\.$/m);
    expect(output).toMatch(/^✔ .*OpenCode.*1\.\d+\.\d+/m);
    // The adapter of the suite has the least rights, which is no error.
    expect(output).toMatch(/kind: Role\n[^]*rules:/);
    expect(await ended).toBe(0);
    await world.eventually(60_000, "nothing is left", nothingIsLeft);
  });

  test("what it renders is taken by the API server as it is", async () => {
    const { kubeconfig: _, ...config } = world.parts.config("text");
    const path = join(folder, "render.json");
    await writeFile(path, JSON.stringify(config));
    const child = begin(["render", "--config", path, "--json"]);
    const { items } = JSON.parse(await text(child.stdout)) as { items: { kind: string }[] };
    expect(items.map(({ kind }) => kind)).toEqual(["Job", "Secret"]);
    for (const { kind, ...object } of items) {
      const base = kind === "Job" ? "/apis/batch/v1" : "/api/v1";
      await world.parts.admin.request("POST", `${base}/namespaces/${world.parts.namespace}/${kind.toLowerCase()}s`, {
        query: { dryRun: "All", fieldValidation: "Strict" },
        body: { kind, ...object },
      });
    }
  });
});
