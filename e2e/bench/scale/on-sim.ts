import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { HELD_AFTER, type Output } from "./output.ts";
import { Part } from "./part.ts";
import { type Point, pointOf } from "./point.ts";
import type { Begin, Ended, Held } from "./runs-process.ts";
import type { SimSeen } from "./sim-process.ts";

/** A number of runs, and what each of their containers prints. */
export interface Load {
  readonly runs: number;
  readonly output: Output;
}

/** Runs before those that are measured, until the compilers of V8 have done their work. */
const WARM_UP = 50;
/** Until all have ended and nothing of them is left: so long, and as much longer for each run, milliseconds. */
const COLLECTED_MS = 180_000;
const COLLECTED_MS_PER_RUN = 1_000;
/** Between two looks, milliseconds. */
const LOOK_MS = 1_000;
/** The last that a run asks for: its claim is released, milliseconds. */
const RELEASED_MS = 2_000;

/** One load after the other in one process, on a kube-sim in another one. @throws when a run does not succeed */
export async function pointsOnSim(loads: readonly Load[]): Promise<Point[]> {
  using sim = new Part(join(import.meta.dirname, "sim-process.ts"));
  using runs = new Part(join(import.meta.dirname, "runs-process.ts"));
  const kubeconfigText = await sim.ask<string>("kubeconfig");
  const config = {
    model: "bench/m",
    image: "opencode:1",
    namespace: "default",
    kubeconfigText,
    agentDbMode: "ephemeral",
  };
  const points: Point[] = [];
  for (const [at, load] of [{ runs: WARM_UP, output: { lines: 60, everyMs: 100 } }, ...loads].entries()) {
    await sim.ask("hold", load.output);
    const held = await runs.ask<Held>("begin", { runs: load.runs, config, lines: HELD_AFTER } satisfies Begin);
    const { openWatches: watches } = await sim.ask<SimSeen>("seen");
    await sim.ask("go");
    await whenCollected(sim, load.runs);
    await sleep(RELEASED_MS);
    const { requests, writes } = await sim.ask<SimSeen>("seen");
    const ended = await runs.ask<Ended>("end");
    const point = pointOf("kube-sim", { runs: load.runs, held, ended, requests, watches, writes });
    console.log(`${at === 0 ? "warm-up: " : ""}${JSON.stringify(point)}`);
    if (at > 0) points.push(point);
  }
  return points;
}

/** Waits until every container has ended, and then until nothing of the runs is left: lists of all objects are work for the simulator. */
async function whenCollected(sim: Part, runs: number): Promise<void> {
  const most = COLLECTED_MS + runs * COLLECTED_MS_PER_RUN;
  const end = performance.now() + most;
  for (;;) {
    const ended = await sim.ask<number>("ended");
    const left = ended < runs ? null : await sim.ask<SimSeen>("seen");
    if (left && left.objects + left.openWatches === 0) return;
    if (performance.now() > end) throw new Error(`after ${most / 1000} s: ${ended} of ${runs} containers have ended`);
    await sleep(LOOK_MS);
  }
}
