import type { Cluster } from "../cluster/cluster.ts";
import { listed } from "../cluster/listed.ts";
import { assertLabelName } from "../errors/index.ts";
import { collectionPath, type Event, type ObjectList } from "../objects.ts";

/**
 * The events of one object, oldest first. Listed when they are needed, never watched: one request, not repeated.
 * @throws KubernetesError (403, no answer, …) and DeadlineError after 15 s, both may be retried where `isTransient` says so;
 *   the signal's reason
 */
export async function eventsOf(
  cluster: Cluster,
  namespace: string,
  uid: string,
  signal: AbortSignal,
): Promise<Event[]> {
  assertLabelName("namespace", namespace);
  const query = { fieldSelector: `involvedObject.uid=${uid}` };
  const path = collectionPath.events(namespace);
  const { items } = listed(await cluster.request<ObjectList<Event>>("GET", path, { query, signal }), path);
  return [...items].sort((a, b) => lastSeen(a).localeCompare(lastSeen(b)));
}

function lastSeen(event: Event): string {
  return (
    event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata?.creationTimestamp ?? ""
  );
}
