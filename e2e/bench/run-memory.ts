import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { execute } from "paperclip-adapter-opencode-k8s/execute";
import type { Figure } from "./figure.ts";
import type { SimServerReady } from "./sim-server.ts";

/** Two numbers of runs: what a process has anyway cancels out. */
const FEW = 20;
const MANY = 220;
/** Bytes for each run. */
const ALLOWED = 1_000_000;
/** Lines that each container prints, one a second: longer than it takes to look. */
const LINES = 900;
/** Each run is looked at when so many of its lines have come. */
const SEEN_LINES = 10;
const MOST_MS = 600_000;

/** What a run that goes on takes of the server's memory: runs against kube-sim in another process, after a collection of garbage. */
export async function runMemory(): Promise<Figure[]> {
  const sim = fork(join(import.meta.dirname, "sim-server.ts"), [String(LINES)]);
  const folder = await mkdtemp(join(tmpdir(), "run-memory-"));
  try {
    const [{ kubeconfig }] = (await once(sim, "message")) as [SimServerReady];
    const path = join(folder, "kubeconfig");
    await writeFile(path, kubeconfig);
    const few = await memoryOf(FEW, path);
    const many = await memoryOf(MANY, path);
    const perRun = (many - few) / (MANY - FEW);
    return [
      {
        name: "memory of a run that goes on",
        baseline: `${ALLOWED / 1e6} MB`,
        ratio: perRun / ALLOWED,
        wanted: "at most 1.0",
        ok: perRun <= ALLOWED,
        note: `${(perRun / 1000).toFixed(0)} kB, from ${FEW} to ${MANY} runs in one process`,
      },
    ];
  } finally {
    sim.kill();
    await rm(folder, { recursive: true });
  }
}

/** Bytes that a process holds with so many runs. */
async function memoryOf(runs: number, kubeconfig: string): Promise<number> {
  const words = ["--expose-gc", import.meta.filename, "hold", String(runs), kubeconfig];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  const bytes = Number(await text(child.stdout));
  if (!(bytes > 0)) throw new Error(`the process with ${runs} runs said nothing of its memory`);
  return bytes;
}

async function hold(runs: number, kubeconfig: string): Promise<void> {
  const lines: number[] = Array.from({ length: runs }, () => 0);
  const running = lines.map((_, index) =>
    begin(`${runs}-${index}`, kubeconfig, () => (lines[index] = (lines[index] ?? 0) + 1)),
  );
  const failed = Promise.any(running).then((result) => {
    throw new Error(`a run has ended: ${JSON.stringify(result)}`);
  });
  const end = Date.now() + MOST_MS;
  const seen = async (): Promise<void> => {
    while (lines.some((count) => count < SEEN_LINES)) {
      if (Date.now() > end) throw new Error(`not all of ${runs} runs print after ${MOST_MS / 1000} s`);
      await sleep(200);
    }
  };
  await Promise.race([seen(), failed]);
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.stdout.write(String(heapUsed + external), () => process.exit());
}

function begin(name: string, kubeconfig: string, onLine: () => void): ReturnType<typeof execute> {
  return execute({
    runId: `run-${name}`,
    agent: { id: `agent-${name}`, companyId: "bench", name, adapterType: "opencode_k8s", adapterConfig: {} },
    runtime: { sessionId: null, sessionParams: null, sessionDisplayId: null, taskKey: null },
    config: { model: "bench/m", image: "opencode:1", namespace: "default", kubeconfig, agentDbMode: "ephemeral" },
    context: { paperclipTaskMarkdown: "Print." },
    onLog: (_, chunk) => {
      if (!chunk.startsWith("[paperclip]")) onLine();
      return Promise.resolve();
    },
    signal: new AbortController().signal,
  });
}

const [, script, role, runs, kubeconfig = ""] = process.argv;
if (script === import.meta.filename && role === "hold") await hold(Number(runs), kubeconfig);
