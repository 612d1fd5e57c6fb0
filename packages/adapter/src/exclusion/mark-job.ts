import { type Cluster, collectionPath, isNotFound, type JobRef } from "@opencode-k8s/k8s-kit";

/**
 * Writes on a Job what other runs are to know of it.
 * @throws KubernetesError, but not for a Job that is gone
 */
export async function markJob(
  cluster: Cluster,
  { namespace, name, uid }: JobRef,
  annotations: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const body = { metadata: { uid, annotations } };
  try {
    await cluster.patch(`${collectionPath.jobs(namespace)}/${name}`, { strategy: "merge", body }, { signal });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
