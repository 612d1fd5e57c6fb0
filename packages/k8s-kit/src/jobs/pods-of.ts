import type { Cluster } from "../cluster/cluster.ts";
import { listed } from "../cluster/listed.ts";
import { assertLabelName } from "../errors/index.ts";
import { collectionPath, type ObjectList, type Pod } from "../objects.ts";
import type { JobRef } from "./job-ref.ts";

/**
 * The pods of a Job that are there now. A fresh look, past all watches; repeated while the API server is away, until the signal
 * aborts.
 * @throws KubernetesError (403, an answer that is no list, …), which a retry at once does not mend; the signal's reason
 */
export async function podsOf(
  cluster: Cluster,
  { namespace, uid }: Pick<JobRef, "namespace" | "uid">,
  signal: AbortSignal,
): Promise<readonly Pod[]> {
  assertLabelName("namespace", namespace);
  // The Job controller's own label, on every pod since Kubernetes 1.27.
  const query = { labelSelector: `batch.kubernetes.io/controller-uid=${uid}` };
  const path = collectionPath.pods(namespace);
  return listed(await cluster.persist<ObjectList<Pod>>("GET", path, { query, signal }), path).items;
}
