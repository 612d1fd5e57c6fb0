import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { type Cluster, collectionPath, type Pod, sharedWatch } from "@opencode-k8s/k8s-kit";
import type { TlsProxy } from "../../world/tls-proxy.ts";
import type { KitWorld } from "../kit-world.ts";
import { Recording } from "../recording.ts";
import type { KitScenario } from "./scenario.ts";

/**
 * Long before anything else would end one of these waits: a request that gets no answer has a bound of its own, of 60 s here. How
 * soon "at once" is without the machine's own delays, a test in virtual time says (`every-wait.test.ts`). Milliseconds.
 */
const AT_ONCE_MS = 10_000;
const OWN_BOUND_MS = 60_000;
/** Until each wait has come to where it waits, milliseconds. */
const SETTLED_MS = 2_000;

type Wait = (cluster: Cluster, signal: AbortSignal, pod: Pod, path: string) => Promise<unknown>;

/** What becomes of every request. */
type Plain = "pass" | "refuse" | "swallow";

const WAITS: readonly (readonly [name: string, fate: Plain, wait: Wait])[] = [
  ["a follow of a quiet log", "pass", follow],
  ["a follow that gets no answer", "swallow", follow],
  ["a follow that is refused", "refuse", follow],
  ["the first sync of a watch that gets no answer", "swallow", synced],
  ["the first sync of a watch that is refused", "refuse", synced],
  ["the changes of a quiet watch", "pass", changes],
  [
    "a request that gets no answer",
    "swallow",
    (cluster, signal, _, path) => cluster.request("GET", path, { signal, timeoutMs: OWN_BOUND_MS }),
  ],
  [
    "a persistent request that is refused",
    "refuse",
    (cluster, signal, _, path) => cluster.persist("GET", path, { signal }),
  ],
  ["a stream that gets no answer", "swallow", (cluster, signal, _, path) => cluster.stream(path, { signal })],
];

export const signals: KitScenario = {
  name: "every wait ends with its signal at once",
  async play(world, report) {
    const pod = await world.start({ main: "sleep 600" });
    const late = await Promise.all(
      WAITS.map(async ([name, fate, wait]) => [name, await ending(world, pod, fate, wait)] as const),
    );
    report({ waits: late.length, "longest ms": Math.round(Math.max(...late.map(([, ms]) => ms))) });
    expect(late.filter(([, ms]) => ms > AT_ONCE_MS)).toEqual([]);
  },
};

/** Milliseconds from the abort to the end of the wait, which must not end before. */
async function ending(world: KitWorld, pod: Pod, kind: Plain, wait: Wait): Promise<number> {
  const proxy: TlsProxy = await world.proxy();
  const cluster = await world.connect(proxy);
  proxy.fate = () => ({ kind });
  const abort = new AbortController();
  let ended = false;
  const waiting = wait(cluster, abort.signal, pod, collectionPath.pods(world.namespace)).then(
    () => void (ended = true),
    () => void (ended = true),
  );
  await sleep(SETTLED_MS);
  expect(ended).toBe(false);
  const since = performance.now();
  abort.abort(new Error("enough"));
  await waiting;
  return performance.now() - since;
}

function follow(cluster: Cluster, signal: AbortSignal, pod: Pod): Promise<unknown> {
  return new Recording({ cluster, pod, container: "main", signal }).complete;
}

async function synced(cluster: Cluster, signal: AbortSignal, _: Pod, path: string): Promise<void> {
  const pods = sharedWatch<Pod>(cluster, { path });
  using __ = pods.use();
  await pods.synced(signal);
}

async function changes(cluster: Cluster, signal: AbortSignal, _: Pod, path: string): Promise<void> {
  const pods = sharedWatch<Pod>(cluster, { path });
  using __ = pods.use();
  for await (const change of pods.changes(() => true, signal)) if (change.type === "deleted") return;
}
