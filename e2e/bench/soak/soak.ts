import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SEED } from "../../seed.ts";
import type { Figure } from "../figure.ts";
import { Part } from "../scale/part.ts";
import { keep } from "../scale/keep.ts";
import { here } from "../scale/record.ts";
import { countLines, type SoakCounts, type Tally, tally } from "./counts.ts";
import type { Holdings } from "./runs-process.ts";
import type { TroubledSeen } from "./sim-process.ts";

const MINUTES = Number(process.env["SOAK_MINUTES"] ?? 10);
const AT_ONCE = 20;
/** What is warmed up, with faults, before the heap is looked at. */
const BEFORE = 0.2;
/** For what is collected in the background, and connections that are kept for 30 s, milliseconds. */
const QUIET_MS = 180_000;

/** Runs begin and end for ten minutes in one process, with random faults: nothing may be left, or lost without a word. */
export async function soak(): Promise<Figure[]> {
  const began = here();
  using cluster = new Part(join(import.meta.dirname, "sim-process.ts"), [String(SEED)]);
  using runs = new Part(join(import.meta.dirname, "runs-process.ts"));
  const kubeconfigText = await cluster.ask<string>("kubeconfig");
  const config = {
    model: "bench/m",
    image: "opencode:1",
    namespace: "default",
    kubeconfigText,
    agentDbMode: "ephemeral",
  };
  const first = await runs.ask<Holdings>("holdings");
  const play = async (part: number, seed: number): Promise<{ tallies: Tally[]; after: Holdings }> => {
    await cluster.ask("trouble");
    const ms = MINUTES * 60_000 * part;
    const [tallies] = await Promise.all([
      runs.ask<Tally[]>("churn", { seed, ms, atOnce: AT_ONCE, config }),
      // With the last begin of a run: its own few requests would not use up the errors that are in store for twenty.
      sleep(ms).then(() => cluster.ask("calm")),
    ]);
    console.log(`${tallies.length} runs in ${ms / 60_000} minutes`);
    return { tallies, after: await quiet(cluster, runs, first) };
  };
  const warm = await play(BEFORE, SEED);
  const rest = await play(1 - BEFORE, SEED + AT_ONCE);
  const tallies = [...warm.tallies, ...rest.tallies];
  const { faults, written, objects } = await cluster.ask<TroubledSeen>("seen");
  const counts: SoakCounts = {
    minutes: MINUTES,
    seed: SEED,
    atOnce: AT_ONCE,
    runs: tallies.length,
    codes: tally(tallies.map(({ code }) => code)),
    faults: tally(faults),
    ...countLines(tallies, written),
    objects,
    sockets: rest.after.sockets - first.sockets,
    timers: rest.after.timers - first.timers,
    heapBefore: warm.after.heap,
    heapAfter: rest.after.heap,
  };
  await keep({ soak: { ...began, ...counts } });
  return figures(counts);
}

/** Waits until nothing is left that will go by itself, as long as that may take. */
async function quiet(cluster: Part, runs: Part, first: Holdings): Promise<Holdings> {
  for (const end = performance.now() + QUIET_MS; ; await sleep(1_000)) {
    const { objects } = await cluster.ask<TroubledSeen>("seen");
    const now = await runs.ask<Holdings>("holdings");
    const isQuiet = objects === 0 && now.sockets <= first.sockets && now.timers <= first.timers;
    if (isQuiet || performance.now() > end) return now;
  }
}

function figures(counts: SoakCounts): Figure[] {
  const { minutes, seed, runs, unsaid, doubled, lost, written, objects, sockets, timers, heapBefore, heapAfter } =
    counts;
  const of = `in a soak of ${minutes} minutes`;
  const none = (name: string, count: number, baseline: string, note?: string): Figure => ({
    name: `${name} ${of}`,
    baseline,
    ratio: count,
    wanted: "0",
    ok: count === 0,
    ...(note === undefined ? {} : { note }),
  });
  return [
    none("lines lost without a word", unsaid, `the ${written} that were written`, `seed ${seed}; ${lost} lost in all`),
    none("lines doubled", doubled, `the ${written} that were written`, `${runs} runs, a result of each`),
    none("objects left", objects, "the cluster before it began"),
    none("sockets and timers left", Math.max(0, sockets) + Math.max(0, timers), "the process before it began"),
    {
      name: `heap ${of}, after the last run`,
      baseline: "the heap when a fifth of the time had passed",
      ratio: heapAfter / heapBefore,
      wanted: "at most 1.1",
      ok: heapAfter <= 1.1 * heapBefore,
      note: `${(heapAfter / 1e6).toFixed(1)} MB against ${(heapBefore / 1e6).toFixed(1)} MB`,
    },
  ];
}
