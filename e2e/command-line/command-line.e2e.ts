import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Lease } from "@opencode-k8s/k8s-kit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PackedAdapter, packAdapter } from "../paperclip/index.ts";
import { openClusterWorld, settings, type World } from "../world/index.ts";
import { expectReadable } from "./run-page.ts";

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

  test("a run that goes on: explain and logs do not touch it; Ctrl-C cancels it, and ends when nothing of it is left", async () => {
    const words = await runWords("pace-40s-1500ms");
    const running = begin(words);
    const ran = exitCode(running);
    await untilSaid(running, "Step finished");
    const answer = world.parts.holdAnswers();
    try {
      const cluster = ["--kubeconfig", words.at(-1) ?? "", "--namespace", world.parts.namespace];
      const [job] = (await world.objects()).jobs;
      const runId = job?.metadata?.labels?.["paperclip.io/run-id"] ?? "";

      const explaining = begin(["explain", runId.slice(0, 8), "--json", ...cluster]);
      const explained = exitCode(explaining);
      expect(JSON.parse(await text(explaining.stdout))).toMatchObject({ runId, verdict: "going_on", phase: "running" });
      expect(await explained).toBe(0);

      const reading = begin(["logs", runId, ...cluster]);
      const read = exitCode(reading);
      await untilSaid(reading, "Step finished");
      reading.kill("SIGINT");
      expect(await read).toBe(130);
      expect((await world.objects()).jobs).toHaveLength(1);

      running.kill("SIGINT");
      expect(await ran).toBe(130);
      expect(await nothingIsLeft()).toBe(true);
    } finally {
      answer();
    }
  });

  test("a run whose Job is kept: its log again, what became of it, and what is left of it, which is then deleted", async () => {
    const words = await runWords("tools");
    const running = begin([...words, "--set", "retainJobs=true", "--json"]);
    const ran = exitCode(running);
    const printed = (await text(running.stdout)).trimEnd().split("\n");
    expect(await ran).toBe(0);
    const { namespace, admin } = world.parts;
    const cluster = ["--kubeconfig", settings().kubeconfig, "--namespace", namespace];
    const [job] = (await world.objects()).jobs;
    const name = job?.metadata?.name ?? "";

    const reading = begin(["logs", name, "--json", ...cluster]);
    const read = exitCode(reading);
    // But for the result, which is its last line.
    expect((await text(reading.stdout)).trimEnd().split("\n")).toEqual(printed.slice(0, -1));
    expect(await read).toBe(0);

    await world.eventually(120_000, "its Job has ended, and its agent is nobody's", async () => {
      const labelSelector = `paperclip.io/agent-id=${job?.metadata?.labels?.["paperclip.io/agent-id"] ?? ""}`;
      const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
      const leases = await admin.request<{ items: Lease[] }>("GET", path, { query: { labelSelector } });
      const [ended] = (await world.objects()).jobs;
      const isComplete = ended?.status?.conditions?.some(
        ({ type, status }) => type === "Complete" && status === "True",
      );
      return isComplete === true && leases.items.every(({ spec }) => !spec?.holderIdentity);
    });
    const page = join(folder, "run.html");
    const explaining = begin(["explain", name, "--html", page, ...cluster]);
    const explained = exitCode(explaining);
    expect(await text(explaining.stdout)).toMatch(/status +│ succeeded\n[^]*complete: the receipt agrees/);
    expect(await explained).toBe(0);
    await expectReadable(page, ["succeeded", "running OpenCode", "step 1: tool-calls", "bash", "To look further"]);

    const collecting = begin(["gc", "--older-than", "0s", "--retained", "--yes", "--json", ...cluster]);
    const collected = exitCode(collecting);
    const { items } = JSON.parse(await text(collecting.stdout)) as { items: Record<string, string>[] };
    expect(items).toContainEqual(expect.objectContaining({ kind: "Job", name, outcome: "deleted" }));
    expect(items).toContainEqual(expect.objectContaining({ kind: "Lease", outcome: "deleted" }));
    expect(await collected).toBe(0);
    await world.eventually(120_000, "nothing is left", nothingIsLeft);
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
