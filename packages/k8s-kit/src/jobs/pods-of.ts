import type { Cluster } from "../cluster/cluster.ts";
import { assertLabelName } from "../errors/index.ts";
import { collectionPath, type ObjectList, type Pod } from "../objects.ts";
import type { JobRef } from "./job-ref.ts";

/**
 * The pods of a Job that are there now. A fresh look, past all watches; repeated while the API server is away, until the signal
 * aborts.
 * @throws KubernetesError (403, …), which a retry does not mend; the signal's reason
 */
export async function podsOf(
  cluster: Cluster,
  { namespace, uid }: Pick<JobRef, "namespace" | "uid">,
  signal: AbortSignal,
): Promise<readonly Pod[]> {
  assertLabelName("namespace", namespace);
  // The Job controller's own label, on every pod since Kubernetes 1.27.
  const query = { labelSelector: `batch.kubernetes.io/controller-uid=${uid}` };
  const list = await cluster.persist<ObjectList<Pod>>("GET", collectionPath.pods(namespace), { query, signal });
  return list.items ?? [];
}
