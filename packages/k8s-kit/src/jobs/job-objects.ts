import type { Cluster } from "../cluster/cluster.ts";
import { isConflict, isNotFound } from "../errors/errors.ts";
import { collectionPath, type Event, type ObjectList, type Pod } from "../objects.ts";

interface Named {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/**
 * Deletes this very Job and, in the background, its pods and what else it owns. That it is gone already, or that another
 * one has its name, is success.
 * Repeated while the API server is away, until the signal aborts.
 * @throws KubernetesError (403, …); the signal's reason
 */
export async function deleteJob(cluster: Cluster, { namespace, name, uid }: Named, signal: AbortSignal): Promise<void> {
  const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background", preconditions: { uid } };
  try {
    await cluster.persist("DELETE", `${collectionPath.jobs(namespace)}/${name}`, { body, signal });
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}

/** The pods of a Job that are there now. A fresh look, past all watches; repeated while the API server is away. */
export async function podsOf(
  cluster: Cluster,
  { namespace, uid }: Omit<Named, "name">,
  signal: AbortSignal,
): Promise<readonly Pod[]> {
  // The Job controller's own label, on every pod since Kubernetes 1.27.
  const query = { labelSelector: `batch.kubernetes.io/controller-uid=${uid}` };
  const list = await cluster.persist<ObjectList<Pod>>("GET", collectionPath.pods(namespace), { query, signal });
  return list.items ?? [];
}

/** The events of one object, oldest first. Listed when they are needed, never watched. */
export async function eventsOf(
  cluster: Cluster,
  namespace: string,
  uid: string,
  signal: AbortSignal,
): Promise<Event[]> {
  const query = { fieldSelector: `involvedObject.uid=${uid}` };
  const list = await cluster.request<ObjectList<Event>>("GET", collectionPath.events(namespace), { query, signal });
  return [...(list.items ?? [])].sort((a, b) => lastSeen(a).localeCompare(lastSeen(b)));
}

function lastSeen(event: Event): string {
  return event.lastTimestamp ?? event.eventTime ?? event.metadata?.creationTimestamp ?? "";
}
