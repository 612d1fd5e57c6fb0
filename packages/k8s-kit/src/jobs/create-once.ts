import type { KubernetesObject } from "@kubernetes/client-node";
import type { Cluster } from "../cluster/cluster.ts";
import { assertObjectName, isAlreadyExists, isTransient, retryAfterMs } from "../errors/index.ts";
import type { AnyObject, Wire } from "../objects.ts";
import { Backoff } from "../time/backoff.ts";

/**
 * Creates an object once, although an answer may get lost: repeated while the failure is transient, until the signal
 * aborts. "AlreadyExists" after a try of ours whose answer was lost is that object, if it was made by this very call: the API
 * server keeps the name that a request gives itself (`fieldManager`) in the object's `managedFields`.
 * @throws InvalidInputError without a name, because only a name is taken once; KubernetesError (409 `AlreadyExists` when the
 *   name was taken by somebody else, 403, 404, 422 …), which a retry does not mend; the signal's reason
 */
export async function createOnce<T extends KubernetesObject | AnyObject>(
  cluster: Cluster,
  path: string,
  object: T,
  signal: AbortSignal,
): Promise<Wire<T>> {
  const name = object.metadata?.name;
  assertObjectName("metadata.name", name);
  const fieldManager = `k8s-kit-${crypto.randomUUID()}`;
  const backoff = new Backoff(cluster.clock, cluster.random);
  let mayExist = false;
  for (;;) {
    try {
      return await cluster.request<Wire<T>>("POST", path, { query: { fieldManager }, body: object, signal });
    } catch (error) {
      if (signal.aborted) throw error;
      if (mayExist && isAlreadyExists(error)) {
        const existing = await cluster.persist<Wire<T>>("GET", `${path}/${name}`, { signal });
        if (wasMadeBy(fieldManager, existing)) return existing;
      }
      if (!isTransient(error)) throw error;
      mayExist = true;
      await backoff.wait(signal, retryAfterMs(error) ?? 0);
    }
  }
}

function wasMadeBy(fieldManager: string, { metadata }: AnyObject): boolean {
  return metadata?.managedFields?.some(({ manager }) => manager === fieldManager) ?? false;
}
