import type { AdapterExecutionContext, AdapterExecutionResult } from "@paperclipai/adapter-utils";
import { Cluster, type Fetch } from "@opencode-k8s/k8s-kit";
import {
  type ContainerExit,
  type ContainerIo,
  KubeSim,
  scriptedContainers,
  VirtualClock,
} from "@opencode-k8s/kube-sim";
import { execute } from "../src/execute.ts";
import type { ServerProcess } from "../src/server-process.ts";
import { clusterCounters } from "../src/telemetry/index.ts";

export const NAMESPACE = "default";

/** A run on a simulated cluster, in virtual time. */
export interface SimRun {
  readonly sim: KubeSim;
  readonly clock: VirtualClock;
  readonly cluster: Cluster;
  /** Chunks of OpenCode's lines that Paperclip was handed. */
  readonly lines: string[];
  /** Lines of the adapter's own. */
  readonly notes: string[];
  /** Aborts the run's signal with this reason. */
  cancel(reason: string): void;
  /** Name of the run's pod, once it has begun. */
  pod(): string;
  /** Another run of the same agent on the same cluster, beside this one: call it `meanwhile`. What it says goes to the same lists. */
  another(ctx: Partial<AdapterExecutionContext>): Promise<AdapterExecutionResult>;
  /** Runs it. `meanwhile` happens beside it. */
  result(meanwhile?: () => Promise<void>): Promise<AdapterExecutionResult>;
}

interface SimRunOptions {
  /** What the container does; it prints events and, if it has one, its receipt. */
  readonly script: (io: ContainerIo) => Promise<number | ContainerExit>;
  readonly config?: Record<string, unknown>;
  readonly context?: Partial<AdapterExecutionContext>;
  readonly allocatable?: Record<string, string>;
  /** The Paperclip server's process; in no cluster unless given. */
  readonly server?: ServerProcess;
  /** The API server does what it is asked, and its answers to creating a Job, or to resuming it, come an hour late. */
  readonly loseAnswers?: "create" | "resume";
}

/** A configuration that works. */
const CONFIG = { model: "stub/m", namespace: NAMESPACE, image: "opencode:1", paperclipApiUrl: "http://paperclip:3100" };

const NO_CLUSTER: ServerProcess = { env: {}, readText: () => undefined };

export function simRun(options: SimRunOptions): SimRun {
  const { script, config, context, allocatable, server = NO_CLUSTER, loseAnswers } = options;
  const clock = new VirtualClock();
  const sim = new KubeSim({ clock, runtime: scriptedContainers(script), ...(allocatable ? { allocatable } : {}) });
  const late: Fetch = async (url, init) => {
    const response = await sim.fetch(url, { ...init, signal: null });
    const method = loseAnswers === "create" ? "POST" : "PATCH";
    if (init.method === method && String(url).includes("/jobs")) await clock.sleep(3_600_000, init.signal ?? undefined);
    return response;
  };
  const transport = {
    call: loseAnswers ? late : sim.fetch,
    stream: sim.fetch,
    headers: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  };
  const connection = { server: "https://sim", transport, clock, random: () => 0.5, observer: clusterCounters };
  const open = (): Cluster => new Cluster(connection);
  const cluster = open();
  const controller = new AbortController();
  const lines: string[] = [];
  const notes: string[] = [];
  const ctx: AdapterExecutionContext = {
    runId: "run-1",
    agent: { id: "agent-1", companyId: "company-1", name: "Agent", adapterType: "opencode_k8s", adapterConfig: {} },
    runtime: { sessionId: null, sessionParams: null, sessionDisplayId: null, taskKey: null },
    config: { ...CONFIG, ...config },
    context: { paperclipTaskMarkdown: "Do it." },
    signal: controller.signal,
    onLog: (_, chunk) => {
      (chunk.startsWith("[paperclip] ") ? notes : lines).push(chunk);
      return Promise.resolve();
    },
    ...context,
  };
  return {
    sim,
    clock,
    cluster,
    lines,
    notes,
    cancel: (reason) => controller.abort(new Error(reason)),
    pod: () => sim.requests.find(({ resource }) => resource === "pods/log")?.name ?? "",
    another: (other) => execute({ ...ctx, runId: "run-2", ...other }, () => open(), server),
    result: (meanwhile) =>
      clock.run(
        (async () => {
          const run = execute(ctx, () => cluster, server);
          await meanwhile?.();
          return run;
        })(),
      ),
  };
}

const SESSION = { timestamp: 1, sessionID: "ses_1" };
const PART = { id: "prt_1", messageID: "msg_1", sessionID: "ses_1" };
const TOKENS = { total: 160, input: 100, output: 50, reasoning: 0, cache: { read: 10, write: 0 } };

/** The events of a run of one step that answers. */
export const ANSWER: readonly string[] = [
  { type: "step_start", ...SESSION, part: { ...PART, type: "step-start" } },
  { type: "text", ...SESSION, part: { ...PART, type: "text", text: "Done.", time: { start: 1, end: 2 } } },
  {
    type: "step_finish",
    ...SESSION,
    part: { ...PART, type: "step-finish", reason: "stop", cost: 0.01, tokens: TOKENS },
  },
].map((event) => JSON.stringify(event));

/** The receipt of a run that wrote these lines; parts of it can be another's. */
export function receiptFor(lines: readonly string[], more: Record<string, unknown> = {}): string {
  const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  const ended = { exitCode: 0, signal: null, lines: lines.length, bytes };
  const rest = { peakMemoryBytes: null, durationMs: 1000, opencodeVersion: null, stopReason: null };
  return JSON.stringify({ type: "opencode_k8s.receipt", protocol: 1, ...ended, ...rest, ...more });
}

/** Prints whole lines. */
export function printLines(io: ContainerIo, lines: readonly string[]): void {
  for (const line of lines) io.print(`${line}\n`);
}
