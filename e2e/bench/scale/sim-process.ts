/** A kube-sim whose containers stop in the midst until all are there. A {@link Part}. */
import { type ContainerIo, KubeSim, scriptedContainers, serveTls } from "@opencode-k8s/kube-sim";
import { HELD_AFTER, type Output, lineOf, receiptOf } from "./output.ts";
import { answerAs } from "./part.ts";

/** What the API server and the pods have seen. */
export interface SimSeen {
  /** Requests since the last `hold`, by verb and resource. */
  readonly requests: Readonly<Record<string, number>>;
  readonly openWatches: number;
  /** Objects of runs that are there. */
  readonly objects: number;
  /** Writes to the store since then, by whomever. */
  readonly writes: number;
}

/** When all may go on, each does so within this time, milliseconds: nobody's runs end all at once. */
const SPREAD_MS = 10_000;

/** Containers that have ended since the last `hold`. */
let ended = 0;
let revision = 0;
let output: Output = { lines: HELD_AFTER, everyMs: 0 };
let go = Promise.withResolvers<void>();
go.resolve();

const sim = new KubeSim({
  allocatable: { pods: "2000", cpu: "4000", memory: "8000Gi" },
  runtime: scriptedContainers(printLines),
});
const server = await serveTls(sim);
answerAs({
  kubeconfig: () => server.kubeconfig,
  hold: async (next) => {
    ({ revision } = await list("api/v1/pods"));
    output = next as Output;
    go = Promise.withResolvers();
    sim.requests.length = 0;
    ended = 0;
  },
  go: () => go.resolve(),
  ended: () => ended,
  seen,
});

async function printLines(io: ContainerIo): Promise<number> {
  const began = io.clock.monotonic();
  const { lines, everyMs } = output;
  let bytes = 0;
  for (let line = 1; line <= lines; line += 1) {
    const text = lineOf(line, lines);
    bytes += text.length;
    io.print(text);
    if (line === HELD_AFTER) {
      await go.promise;
      await io.sleep(Math.random() * SPREAD_MS);
    }
    if (line < lines) await io.sleep(everyMs);
  }
  io.print(receiptOf({ lines, bytes, durationMs: Math.round(io.clock.monotonic() - began) }));
  ended += 1;
  return 0;
}

async function seen(): Promise<SimSeen> {
  const counts: Record<string, number> = {};
  for (const { verb, resource } of sim.requests)
    counts[`${verb} ${resource}`] = (counts[`${verb} ${resource}`] ?? 0) + 1;
  const openWatches = sim.faults.openStreams.filter(({ verb }) => verb === "watch").length;
  const before = sim.requests.length;
  const lists = await Promise.all(["apis/batch/v1/jobs", "api/v1/pods", "api/v1/secrets"].map(list));
  sim.requests.splice(before, lists.length);
  const objects = lists.reduce((sum, { count }) => sum + count, 0);
  const writes = Math.max(...lists.map((each) => each.revision)) - revision;
  return { requests: counts, openWatches, objects, writes };
}

async function list(path: string): Promise<{ count: number; revision: number }> {
  const { items, metadata } = (await (await sim.fetch(`/${path}`)).json()) as {
    items: unknown[];
    metadata: { resourceVersion: string };
  };
  return { count: items.length, revision: Number(metadata.resourceVersion) };
}
