import { collectionPath, connectCluster, createOnce, ObservedJob, refOf, watchJobs } from "@opencode-k8s/k8s-kit";
import { openClusterWorld } from "../world/index.ts";
import type { Settings } from "../world/settings.ts";
import { type Figure, median } from "./figure.ts";
import { endOf, kubectl } from "./kubectl.ts";
import { lastStamp } from "./last-stamp.ts";
import { CONTAINER, smallJob } from "./small-job.ts";

/** As many as the issue asks for. */
const RUNS = 20;

/** From the last byte of a container, milliseconds. */
interface Lag {
  /** To the end of its pod, as the shared watch shows it. */
  readonly seen: number;
  /** To the end of `kubectl wait` for its Job. */
  readonly wait: number;
}

/** How long after the fact the end of a pod is known, against kubectl beside it. */
export async function podEnd(settings: Settings): Promise<Figure> {
  await using world = await openClusterWorld(settings);
  const cluster = connectCluster({ kind: "file", path: settings.kubeconfig });
  const signal = AbortSignal.timeout(10 * 60_000);
  const { namespace } = world.parts;
  using watch = watchJobs(cluster, namespace);
  await watch.synced(signal);
  const lags: Lag[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const made = await createOnce(
      cluster,
      collectionPath.jobs(namespace),
      smallJob(`end-${run}`, "sleep 2; echo last"),
      signal,
    );
    const { name } = refOf(made);
    const waited = endOf(
      kubectl(
        settings.kubeconfig,
        "-n",
        namespace,
        "wait",
        "--for=condition=complete",
        `job/${name}`,
        "--timeout=120s",
      ),
    );
    using job = new ObservedJob(watch, refOf(made), CONTAINER);
    await job.until(() => job.over, { signal });
    const seenAt = Date.now();
    const waitedAt = await waited;
    const lastByteAt = await lastStamp(cluster, namespace, name);
    lags.push({ seen: seenAt - lastByteAt, wait: waitedAt - lastByteAt });
  }
  await cluster.close();
  const ratio = median(lags.map(({ seen, wait }) => seen / wait));
  const of = (pick: (lag: Lag) => number): number => Math.round(median(lags.map(pick)));
  return {
    name: "last byte of the container to the end of its pod seen",
    baseline: "kubectl wait --for=condition=complete",
    ratio,
    wanted: "at most 0.4",
    ok: ratio <= 0.4,
    note: `median of ${RUNS}: ${of(({ seen }) => seen)} ms against ${of(({ wait }) => wait)} ms`,
  };
}
