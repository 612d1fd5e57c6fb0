import { KubernetesError } from "../errors/index.ts";
import type { ObjectList } from "../objects.ts";

/**
 * The objects of one page of a list, and where in time it was taken.
 * @throws KubernetesError when the answer is none: whatever answers in the API server's place, say a proxy with `{}`, would
 *   else have said that there is nothing
 */
export function listed<T>(
  page: ObjectList<T> | null,
  path: string,
): { readonly items: readonly T[]; readonly version: string } {
  const version = page?.metadata?.resourceVersion;
  if (version) return { items: page.items ?? [], version };
  throw new KubernetesError(`GET ${path}: the answer is no list: it has no resourceVersion`, {
    status: null,
    request: { method: "GET", path },
  });
}
