import type { Cluster } from "../cluster/cluster.ts";
import { isConflict, isNotFound } from "../errors/index.ts";
import { collectionPath, type Pod } from "../objects.ts";
import { type JobRef, pathOf } from "./job-ref.ts";

/**
 * Deletes this very Job and, in the background, its pods and what else it owns. That it is gone already, or that another
 * one has its name, is success.
 * Repeated while the API server is away, until the signal aborts.
 * @throws KubernetesError (403, …); the signal's reason
 */
export async function deleteJob(cluster: Cluster, ref: JobRef, signal: AbortSignal): Promise<void> {
  await deleteObject(
    cluster,
    pathOf(ref),
    { propagationPolicy: "Background", preconditions: { uid: ref.uid } },
    signal,
  );
}

/**
 * Deletes this very pod, and gives it at most `gracePeriodSeconds` to end. A grace that runs already is shortened, never lengthened.
 * @throws as {@link deleteJob}
 */
export async function deletePod(
  cluster: Cluster,
  { metadata }: Pod,
  gracePeriodSeconds: number,
  signal: AbortSignal,
): Promise<void> {
  const path = `${collectionPath.pods(metadata?.namespace ?? "")}/${metadata?.name ?? ""}`;
  await deleteObject(cluster, path, { gracePeriodSeconds, preconditions: { uid: metadata?.uid } }, signal);
}

async function deleteObject(cluster: Cluster, path: string, options: object, signal: AbortSignal): Promise<void> {
  const body = { apiVersion: "v1", kind: "DeleteOptions", ...options };
  try {
    await cluster.persist("DELETE", path, { body, signal });
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}
