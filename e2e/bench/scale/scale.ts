import type { Settings } from "../../world/settings.ts";
import type { Figure } from "../figure.ts";
import { pointOnCluster } from "./on-cluster.ts";
import { pointsOnSim } from "./on-sim.ts";
import type { Output } from "./output.ts";
import type { Point } from "./point.ts";
import { keep } from "./keep.ts";
import { here } from "./record.ts";

const SIZES = [1, 10, 50, 100, 200, 500];
const ON_CLUSTER = 100;
const OUTPUT: Output = { lines: 60, everyMs: 250 };
/** Five times as many: the difference is what lines take. */
const MANY_LINES: Output = { lines: 300, everyMs: 50 };

/** Jobs, pods, and the Leases of agents. */
const WATCHES = 3;
/** Issue 10. */
const REQUESTS = 10;
/** What growth is measured against: in one run alone, the watches that all share weigh too much. */
const SMALL = 10;

/** From 1 to 500 runs in one process on kube-sim, and 100 on the cluster where there is one; writes docs/scaling.md. */
export async function scale(settings: Settings | null): Promise<Figure[]> {
  const began = here();
  const loads = SIZES.map((runs) => ({ runs, output: OUTPUT }));
  const points = await pointsOnSim([...loads, { runs: ON_CLUSTER, output: MANY_LINES }]);
  const onSim = points.slice(0, SIZES.length);
  const manyLines = points[SIZES.length];
  if (!manyLines) throw new Error("not all was measured");
  await keep({ scale: { ...began, onSim, manyLines } });
  return [...points.flatMap(countsOf), ...growthOf(onSim), ...(settings ? await scaleOnCluster(settings) : [])];
}

async function scaleOnCluster(settings: Settings): Promise<Figure[]> {
  const began = here();
  const onCluster = await pointOnCluster(settings, ON_CLUSTER);
  if (!onCluster)
    return [{ name: `${ON_CLUSTER} runs on the cluster`, skipped: "it has no audit log that we can read" }];
  await keep({ onCluster: { ...began, ...onCluster } });
  return countsOf(onCluster.point);
}

/** What is the same whatever the number of runs. */
function countsOf({ where, runs, together, lines, lost, doubled, watches, requestsPerRun }: Point): Figure[] {
  const of = `of ${runs} runs at once on ${where}`;
  return [
    {
      name: `lines lost or doubled ${of}`,
      baseline: `the ${lines} lines that they wrote`,
      ratio: Math.abs(lost) + doubled,
      wanted: "0",
      ok: lost === 0 && doubled === 0,
      note: `${together} of ${runs} ran at the same time`,
    },
    {
      name: `watches ${of}`,
      baseline: "one each for Jobs, pods and Leases",
      ratio: watches / WATCHES,
      wanted: "exactly 1",
      ok: watches === WATCHES,
    },
    {
      name: `API requests of each ${of}`,
      baseline: `at most ${REQUESTS}`,
      ratio: requestsPerRun / REQUESTS,
      wanted: "at most 1",
      ok: requestsPerRun <= REQUESTS,
      note: requestsPerRun.toFixed(2),
    },
  ];
}

/** What a run costs where there are most of them, to what it costs where there are few. */
function growthOf(points: readonly Point[]): Figure[] {
  const small = points.find(({ runs }) => runs === SMALL);
  const large = points.at(-1);
  if (!small || !large) throw new Error("not all was measured");
  const grown = (name: string, pick: (point: Point) => number, bound: number, unit: string): Figure => ({
    name: `${name} with ${large.runs} at once`,
    baseline: `the same with ${small.runs}`,
    ratio: pick(large) / pick(small),
    wanted: `at most ${bound}`,
    ok: pick(large) <= bound * pick(small),
    note: `${pick(large).toFixed(1)} ${unit} against ${pick(small).toFixed(1)} ${unit}`,
  });
  return [
    grown("processor time of a run", ({ cpuPerRun }) => cpuPerRun, 1.5, "ms"),
    grown("memory of a run", ({ heapPerRun }) => heapPerRun / 1000, 1.5, "kB"),
  ];
}
