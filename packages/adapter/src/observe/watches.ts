import { AGENT_JOB_SELECTOR } from "@opencode-k8s/job-manifest";
import { type Cluster, collectionPath, type Job, type Pod, type SharedWatch, sharedWatch } from "@opencode-k8s/k8s-kit";

/** The two watches that all runs of a namespace share. Held from before the launch to the end of the run. */
export interface Watches extends Disposable {
  readonly jobs: SharedWatch<Job>;
  readonly pods: SharedWatch<Pod>;
  /** What keeps the view from being up to date; `null` while it is. */
  lost(): unknown;
  /** Resolves while the view is up to date. @throws what the cluster says, or the signal's reason */
  synced(signal: AbortSignal): Promise<void>;
}

/** Starts, or joins, the watches of the agents' Jobs and pods in a namespace. */
export function openWatches(cluster: Cluster, namespace: string): Watches {
  const jobs = sharedWatch<Job>(cluster, { path: collectionPath.jobs(namespace), labelSelector: AGENT_JOB_SELECTOR });
  const pods = sharedWatch<Pod>(cluster, { path: collectionPath.pods(namespace), labelSelector: AGENT_JOB_SELECTOR });
  const users = [jobs.use(), pods.use()];
  return {
    jobs,
    pods,
    lost: () => jobs.health().lost ?? pods.health().lost,
    synced: async (signal) => {
      await Promise.all([jobs.synced(signal), pods.synced(signal)]);
    },
    [Symbol.dispose]: () => users.forEach((user) => user[Symbol.dispose]()),
  };
}
