import type { KubernetesObject } from "@kubernetes/client-node";
import { Backoff } from "../time/backoff.ts";
import { DeadlineError } from "../time/deadline.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { isAlreadyExists, isTransient } from "../errors/index.ts";
import type { AnyObject, Wire } from "../objects.ts";

/**
 * Creates an object once, although an answer may get lost: repeated while the failure is transient, until the signal
 * aborts. "AlreadyExists" after a try of ours whose answer was lost is that object, if it carries our labels.
 * @throws KubernetesError (409 `AlreadyExists` when the name was taken before, 403, 404, 422 …); the signal's reason
 */
export async function createOnce<T extends KubernetesObject>(
  cluster: Cluster,
  path: string,
  object: T,
  signal: AbortSignal,
): Promise<Wire<T>> {
  const backoff = new Backoff(cluster.clock, cluster.random);
  let mayExist = false;
  for (;;) {
    try {
      return await cluster.request<Wire<T>>("POST", path, { body: object, signal });
    } catch (error) {
      if (signal.aborted) throw error;
      if (mayExist && isAlreadyExists(error)) {
        const existing = await cluster.persist<Wire<T>>("GET", `${path}/${object.metadata?.name ?? ""}`, { signal });
        if (sameLabels(existing, object)) return existing;
      }
      if (!isTransient(error) && !(error instanceof DeadlineError)) throw error;
      mayExist = true;
      await backoff.wait(signal, isTransient(error) ? (error.retryAfterMs ?? 0) : 0);
    }
  }
}

function sameLabels(existing: AnyObject, ours: KubernetesObject): boolean {
  const labels = existing.metadata?.labels ?? {};
  return Object.entries(ours.metadata?.labels ?? {}).every(([name, value]) => labels[name] === value);
}
