import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Job, type Pod, watchJobs } from "@opencode-k8s/k8s-kit";
import { execute } from "paperclip-adapter-opencode-k8s/execute";
import { openClusterWorld, type World } from "../world/index.ts";
import type { Settings } from "../world/settings.ts";
import { withManyAgents } from "./agents.ts";
import { type Figure, median } from "./figure.ts";

/** Of each kind, in turns of a few at once. */
const RUNS = 9;
const AT_ONCE = 3;

/** How often an older Paperclip is asked, milliseconds (packages/adapter/src/paperclip/stop-signal.ts). */
const ASK_MS = 2_000;

/** What a pod is given to end, seconds. */
const GRACE_SEC = 5;

/** Of one run, milliseconds. */
interface Cancelled {
  /** From the request to the Job that is being deleted, as a watch of the cluster shows it. */
  readonly noticed: number;
  /** From there to the end of its pod. */
  readonly gone: number;
}

/** How long after the fact a cancel is noticed and carried out, by the signal of 2026.916 and by asking an older server. */
export async function cancels(settings: Settings): Promise<Figure[]> {
  await using cluster = await openClusterWorld(settings);
  const paperclip = await OldPaperclip.start();
  try {
    await using bySignal = withManyAgents(cluster);
    await using byAsking = withManyAgents(cluster, (ctx) => {
      const { signal: _signal, ...older } = ctx;
      return execute(older, undefined, { env: { PAPERCLIP_API_URL: paperclip.url }, readText: () => undefined });
    });
    const signalled = await many(() => cancelled(bySignal, ({ cancel }) => cancel()));
    const asked = await many(() => cancelled(byAsking, ({ runId }) => paperclip.cancel(runId)));
    return [
      noticed("a signal", signalled, 0.5),
      // The whole interval, and what the answer and the deletion take.
      noticed("asking an older Paperclip", asked, 1.5),
      gone([...signalled, ...asked]),
    ];
  } finally {
    paperclip.close();
  }
}

async function many<T>(measure: () => Promise<T>): Promise<T[]> {
  const measured: T[] = [];
  while (measured.length < RUNS) measured.push(...(await Promise.all(Array.from({ length: AT_ONCE }, measure))));
  return measured;
}

interface Cancellable {
  readonly runId: string;
  readonly cancel: () => void;
}

async function cancelled(world: World, request: (run: Cancellable) => void): Promise<Cancelled> {
  const { admin, namespace } = world.parts;
  const { heartbeat } = world.heartbeat({ model: "pace-40s-1500ms", config: { graceSec: GRACE_SEC } });
  const { runId } = heartbeat;
  await heartbeat.untilEvents(1);
  using watch = watchJobs(admin, namespace, { labelSelector: `paperclip.io/run-id=${runId}` });
  const signal = AbortSignal.timeout(60_000);
  await watch.synced(signal);
  const deleted = firstChange(
    watch.jobs.changes(() => true, signal),
    isBeingDeleted,
  );
  const ended = firstChange(
    watch.pods.changes(() => true, signal),
    ({ type }) => type !== "present",
  );
  // At any moment of the interval of asking.
  await world.sleep(Math.random() * ASK_MS);
  const requestedAt = Date.now();
  request({ runId, cancel: () => heartbeat.cancel("Cancelled by a board operator") });
  const [deletedAt, endedAt, { errorCode, errorMessage }] = await Promise.all([deleted, ended, heartbeat.result]);
  if (errorCode !== "cancelled") throw new Error(`a cancelled run is ${errorCode ?? "well"}: ${errorMessage ?? ""}`);
  return { noticed: deletedAt - requestedAt, gone: endedAt - deletedAt };
}

interface Change {
  readonly type: string;
  readonly object: Job | Pod;
}

function isBeingDeleted({ type, object: { metadata } }: Change): boolean {
  return type !== "present" || metadata?.deletionTimestamp !== undefined;
}

/** Milliseconds since the epoch of the first change that is such. @throws the reason of the changes' signal */
async function firstChange(changes: AsyncIterable<Change>, isIt: (change: Change) => boolean): Promise<number> {
  for await (const change of changes) if (isIt(change)) return Date.now();
  throw new Error("the watch ended");
}

function noticed(way: string, runs: readonly Cancelled[], bound: number): Figure {
  const times = runs.map((run) => run.noticed);
  const most = Math.max(...times);
  return {
    name: `cancel noticed by ${way}: request to the Job's deletion`,
    baseline: `the interval of asking, ${ASK_MS} ms`,
    ratio: most / ASK_MS,
    wanted: `at most ${bound}`,
    ok: most <= bound * ASK_MS,
    note: `median ${Math.round(median(times))} ms, maximum ${most} ms of ${times.length}`,
  };
}

function gone(runs: readonly Cancelled[]): Figure {
  const times = runs.map((run) => run.gone);
  const most = Math.max(...times);
  const bound = (GRACE_SEC + 1) * 1000;
  return {
    name: "pod of a cancelled run gone after the Job's deletion",
    baseline: `its grace and a second, ${bound} ms`,
    ratio: most / bound,
    wanted: "at most 1",
    ok: most <= bound,
    note: `median ${Math.round(median(times))} ms, maximum ${most} ms of ${times.length}`,
  };
}

/** Answers as Paperclip 2026.824 does when it is asked for a run. */
class OldPaperclip {
  readonly #cancelled = new Set<string>();
  readonly #server = createServer(({ url = "" }, response) => {
    const runId = url.split("/").at(-1) ?? "";
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ id: runId, status: this.#cancelled.has(runId) ? "cancelled" : "running" }));
  });

  static async start(): Promise<OldPaperclip> {
    const paperclip = new OldPaperclip();
    await new Promise<void>((resolve) => paperclip.#server.listen(0, "127.0.0.1", resolve));
    return paperclip;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  cancel(runId: string): void {
    this.#cancelled.add(runId);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
