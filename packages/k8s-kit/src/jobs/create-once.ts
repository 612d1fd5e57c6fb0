import type { KubernetesObject } from "@kubernetes/client-node";
import type { Cluster } from "../cluster/cluster.ts";
import {
  assertObjectName,
  isAlreadyExists,
  isConflict,
  isNotFound,
  isTransient,
  KubernetesError,
  retryAfterMs,
} from "../errors/index.ts";
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
        const existing = await find<Wire<T>>(cluster, `${path}/${name}`, signal);
        if (existing && wasMadeBy(fieldManager, existing)) return existing;
      }
      if (!isTransient(error) && !isQuotaConflict(error)) throw error;
      mayExist = true;
      await backoff.wait(signal, retryAfterMs(error));
    }
  }
}

/** Others were counted against the same quota at that moment (kubernetes 67761): the object was not made, and may be next time. */
function isQuotaConflict(error: unknown): boolean {
  return isConflict(error) && error instanceof KubernetesError && /resourcequotas /.test(error.message);
}

/** `null`: deleted meanwhile. */
async function find<T>(cluster: Cluster, path: string, signal: AbortSignal): Promise<T | null> {
  try {
    return await cluster.persist<T>("GET", path, { signal });
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

function wasMadeBy(fieldManager: string, { metadata }: AnyObject): boolean {
  return metadata?.managedFields?.some(({ manager }) => manager === fieldManager) ?? false;
}
