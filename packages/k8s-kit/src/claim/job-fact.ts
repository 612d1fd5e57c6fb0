import type { Cluster } from "../cluster/cluster.ts";
import { isNotFound } from "../errors/index.ts";
import { type JobRef, jobState, podsOf } from "../jobs/index.ts";
import { collectionPath, type Job, type Pod } from "../objects.ts";
import { FENCING } from "./claim-record.ts";

/** What a claimant has to know of the Job of a claim. */
export type JobFact =
  /** It has a pod that is not over, or may still get one. */
  | "live"
  /** It waits to be resumed for the first time: no pod yet. */
  | "unstarted"
  /** It is finished, and so are its pods: it never gets another. */
  | "over"
  /** It is gone or being deleted, and has no pod that is not over. */
  | "absent";

/** The fact that a Job (`null`: there is none) and its pods make together. */
export function jobFact(job: Job | null, pods: readonly Pod[]): JobFact {
  if (pods.some(({ status }) => status?.phase !== "Succeeded" && status?.phase !== "Failed")) return "live";
  if (job === null) return "absent";
  const state = jobState(job);
  if ((state.kind === "succeeded" || state.kind === "failed") && state.settled) return "over";
  if (job.metadata?.deletionTimestamp) return "absent";
  const wasResumed = job.metadata?.annotations?.[FENCING] !== undefined;
  return job.spec?.suspend && !wasResumed ? "unstarted" : "live";
}

/**
 * A fresh look, past all watches. The Job first: when it can get no more pods, the list that follows has all there are.
 * @throws KubernetesError (403, …); the signal's reason
 */
export async function lookAtJob(
  cluster: Cluster,
  ref: JobRef,
  signal: AbortSignal,
): Promise<{ job: Job | null; fact: JobFact }> {
  const job = await getJob(cluster, ref, signal);
  return { job, fact: jobFact(job, await podsOf(cluster, ref, signal)) };
}

/** The Job of that uid; `null` when it is gone, whoever has its name now. */
export async function getJob(
  cluster: Cluster,
  { namespace, name, uid }: JobRef,
  signal: AbortSignal,
): Promise<Job | null> {
  try {
    const job = await cluster.persist<Job>("GET", `${collectionPath.jobs(namespace)}/${name}`, { signal });
    return job.metadata?.uid === uid ? job : null;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}
