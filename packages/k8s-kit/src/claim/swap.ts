import type { Cluster } from "../cluster/cluster.ts";
import { retry } from "../cluster/retry.ts";
import { isAlreadyExists, isConflict, isNotFound } from "../errors/index.ts";
import { collectionPath, type Lease } from "../objects.ts";
import { isClaim, readClaim, sameClaim } from "./claim-record.ts";

/** What became of a compare-and-swap. */
export type Swapped =
  | { readonly done: true; readonly lease: Lease }
  /** Somebody else wrote first. `lease` is what is there now; `null` for nothing. */
  | { readonly done: false; readonly lease: Lease | null };

/**
 * Writes a Lease if it is still as it was read, or creates it where none was read. A write whose answer got lost is found
 * again: what is there then says the same, and its id is nobody else's.
 *
 * The uid goes with the resourceVersion: a replace of a Lease that was deleted would create it anew (measured, 1.35.4).
 * @throws KubernetesError (403, 422, …); the signal's reason
 */
export async function swap(cluster: Cluster, next: Lease, signal: AbortSignal): Promise<Swapped> {
  const { namespace = "", name = "", uid } = next.metadata ?? {};
  const collection = collectionPath.leases(namespace);
  const path = `${collection}/${name}`;
  const write = (): Promise<Lease> =>
    uid === undefined
      ? cluster.request<Lease>("POST", collection, { body: next, signal })
      : cluster.request<Lease>("PUT", path, { body: next, signal });
  try {
    return { done: true, lease: await retry(cluster, signal, write) };
  } catch (error) {
    if (!isConflict(error) && !isAlreadyExists(error)) throw error;
  }
  const lease = await getLease(cluster, path, signal);
  if (lease === null) return { done: false, lease };
  return { done: isClaim(lease) && sameClaim(readClaim(lease), readClaim(next)), lease };
}

/** The Lease as it is now, past all watches; `null` when there is none. */
export async function getLease(cluster: Cluster, path: string, signal: AbortSignal): Promise<Lease | null> {
  try {
    return await cluster.persist<Lease>("GET", path, { signal });
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}
