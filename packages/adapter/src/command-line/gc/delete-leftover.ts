import { collectionPath, isConflict, isForbidden, isNotFound, KubernetesError } from "@opencode-k8s/k8s-kit";
import type { Where } from "../runs/find-run.ts";
import { MissingRightError, type NeededRight } from "../runs/missing-right.ts";
import type { Leftover, LeftKind } from "./leftovers.ts";

/** What became of an object that was to be deleted. */
export type Deleted =
  | { readonly outcome: "deleted" | "gone" | "changed" }
  | { readonly outcome: "failed"; readonly why: string };

type Deletable = Exclude<LeftKind, "NetworkPolicy" | "PersistentVolumeClaim">;

const WHERE: Readonly<
  Record<Deletable, { readonly path: (namespace: string) => string; readonly right: Omit<NeededRight, "verbs"> }>
> = {
  Job: { path: collectionPath.jobs, right: { group: "batch", resource: "jobs" } },
  Secret: { path: collectionPath.secrets, right: { group: "", resource: "secrets" } },
  Lease: { path: collectionPath.leases, right: { group: "coordination.k8s.io", resource: "leases" } },
};

/**
 * Deletes an object as it was judged: one that was changed since, or whose name another one has, stays. A Job goes with its pods
 * and Secrets.
 * @throws the signal's reason
 */
export async function deleteLeftover(
  { cluster, namespace }: Where,
  { kind, name, uid, resourceVersion }: Leftover,
  signal: AbortSignal,
): Promise<Deleted> {
  if (kind === "NetworkPolicy" || kind === "PersistentVolumeClaim")
    return { outcome: "failed", why: "it is for a person to delete" };
  const { path, right } = WHERE[kind];
  const preconditions = { uid, resourceVersion };
  const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background", preconditions };
  try {
    await cluster.request("DELETE", `${path(namespace)}/${name}`, { body, signal });
    return { outcome: "deleted" };
  } catch (error) {
    signal.throwIfAborted();
    if (isNotFound(error)) return { outcome: "gone" };
    if (isConflict(error)) return { outcome: "changed" };
    if (isForbidden(error))
      return { outcome: "failed", why: new MissingRightError(error, { ...right, verbs: ["delete"] }).message };
    if (error instanceof KubernetesError) return { outcome: "failed", why: error.message };
    throw error;
  }
}
