import { openClusterWorld, type World } from "../world/index.ts";
import type { Settings } from "../world/settings.ts";
import { type Figure, median } from "./figure.ts";
import { endOf, firstLineOf, kubectl } from "./kubectl.ts";
import { lastStamp } from "./last-stamp.ts";

/** As many as the issue asks for. */
const RUNS = 10;

/** Of one run, milliseconds. */
interface Lags {
  /** From the container's last byte to the result. */
  readonly result: number;
  /** From the container's last byte to the end of `kubectl wait --for=condition=complete`, started beside the run. */
  readonly wait: number;
  /** From the running pod to the first line handed over, less the same of `kubectl logs -f` started at that moment. */
  readonly firstLine: number;
}

/** How long after the fact a run's begin and end are known, against kubectl beside it. */
export async function lags(settings: Settings): Promise<Figure[]> {
  await using world = await openClusterWorld(settings);
  const runs: Lags[] = [];
  for (let run = 0; run < RUNS; run += 1) runs.push(await measure(world, settings.kubeconfig));
  const of = (pick: (lags: Lags) => number): number => median(runs.map(pick));
  const ratio = median(runs.map(({ result, wait }) => result / wait));
  const firstLine = of((lags) => lags.firstLine);
  return [
    {
      name: "last byte of the container to result",
      baseline: "kubectl wait --for=condition=complete",
      ratio,
      wanted: "at most 0.2",
      ok: ratio <= 0.2,
      note: `median of ${RUNS}: ${Math.round(of(({ result }) => result))} ms against ${Math.round(of(({ wait }) => wait))} ms`,
    },
    {
      name: "running pod to first line, less kubectl's, ms",
      baseline: "kubectl logs -f started at that moment",
      ratio: firstLine,
      wanted: "at most 50",
      ok: firstLine <= 50,
      note: `median of ${RUNS}`,
    },
  ];
}

async function measure(world: World, kubeconfig: string): Promise<Lags> {
  const { namespace } = world.parts;
  const { heartbeat } = world.heartbeat({ model: "text", config: { retainJobs: true } });
  await heartbeat.untilNote(/^Created Job/);
  const job = jobName(heartbeat.notes);
  const waited = endOf(
    kubectl(kubeconfig, "-n", namespace, "wait", "--for=condition=complete", `job/${job}`, "--timeout=120s"),
  );
  await heartbeat.untilNote(/^Running in pod/);
  const theirs = firstLineOf(kubectl(kubeconfig, "-n", namespace, "logs", "-f", `job/${job}`, "-c", "opencode"));
  await heartbeat.untilEvents(1);
  const ours = Date.now();
  await heartbeat.result;
  const resultAt = Date.now();
  const lastByteAt = await lastStamp(world.parts.admin, namespace, job);
  return { result: resultAt - lastByteAt, wait: (await waited) - lastByteAt, firstLine: ours - (await theirs) };
}

function jobName(notes: readonly string[]): string {
  return notes.map((note) => /^Created Job (\S+)/.exec(note)?.[1]).find((name) => name !== undefined) ?? "";
}
