import { type JobWatch, type Job, ObservedJob, refOf, watchJobs } from "../src/index.ts";
import { CONTAINER, NAMESPACE, type SimCluster, startJob } from "./sim-cluster.ts";

/** Plays in virtual time on a Job that is observed from its creation on. */
export function onJob(
  world: SimCluster,
  play: (job: ObservedJob, watch: JobWatch) => Promise<void>,
  create: () => Promise<Job> = () => startJob(world),
): Promise<void> {
  return world.clock.run(
    (async () => {
      using watch = watchJobs(world.cluster, NAMESPACE);
      await watch.synced(world.signal);
      using job = new ObservedJob(watch, refOf(await create()), CONTAINER);
      await play(job, watch);
    })(),
  );
}

/** Name of the Job's first pod. */
export function podName({ pod }: ObservedJob): string {
  return pod?.metadata?.name ?? "";
}
