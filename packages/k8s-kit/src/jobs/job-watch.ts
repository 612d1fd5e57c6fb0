import type { Cluster } from "../cluster/cluster.ts";
import { assertLabelName } from "../errors/index.ts";
import { collectionPath, type Job, type Pod } from "../objects.ts";
import { type SharedWatch, sharedWatch } from "../watch/index.ts";

/** The two watches that everybody who observes Jobs of a namespace shares, whatever their number. Dispose it when done. */
export interface JobWatch extends Disposable {
  readonly cluster: Cluster;
  readonly jobs: SharedWatch<Job>;
  readonly pods: SharedWatch<Pod>;
  /** What keeps the view from being up to date; `null` while it is. */
  lost(): unknown;
  /**
   * Resolves while the view is up to date. Await it before you create a Job: a missing right is told then, and no state missed.
   * @throws KubernetesError when the server refuses (401, 403, 404); the signal's reason
   */
  synced(signal: AbortSignal): Promise<void>;
}

/** The Job controller's own label, on every pod of a Job since Kubernetes 1.27. */
const PODS_OF_JOBS = "batch.kubernetes.io/job-name";

/**
 * Joins the watches of a namespace's Jobs and their pods, or starts them.
 * @param labelSelector leaves out other Jobs; their pod templates must carry the same labels
 * @throws InvalidInputError for a namespace or a selector that cannot be one. What the server says is told by `synced`, and later
 *   by `lost`.
 */
export function watchJobs(
  cluster: Cluster,
  namespace: string,
  { labelSelector }: { labelSelector?: string } = {},
): JobWatch {
  assertLabelName("namespace", namespace);
  const jobs = sharedWatch<Job>(cluster, {
    path: collectionPath.jobs(namespace),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  });
  const pods = sharedWatch<Pod>(cluster, {
    path: collectionPath.pods(namespace),
    labelSelector: labelSelector ?? PODS_OF_JOBS,
  });
  const users = [jobs.use(), pods.use()];
  return {
    cluster,
    jobs,
    pods,
    lost: () => jobs.health().lost ?? pods.health().lost,
    synced: async (signal) => {
      await Promise.all([jobs.synced(signal), pods.synced(signal)]);
    },
    [Symbol.dispose]: () => users.forEach((user) => user[Symbol.dispose]()),
  };
}
