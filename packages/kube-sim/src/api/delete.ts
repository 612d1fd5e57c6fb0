import type { Store } from "../store/store.ts";
import type { Clock } from "../clock.ts";
import { timestamp } from "../time.ts";
import type { KubeObject, Namespace, Pod } from "../wire.ts";
import { JOBS, NAMESPACES, PODS, type ResourceType } from "./resources.ts";
import { badRequest, notFound, preconditionFailed, type Status } from "./status.ts";

/** The body of a DELETE request. */
export interface DeleteOptions {
  gracePeriodSeconds?: number;
  propagationPolicy?: "Orphan" | "Background" | "Foreground";
  dryRun?: string[];
  preconditions?: { uid?: string; resourceVersion?: string };
}

export interface Deleted {
  /** The object while it waits for something, else a Status. */
  body: KubeObject | Status;
  /** Text of the header `Warning`. */
  warning?: string;
}

const BARE_JOB_DELETE =
  "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning";

/** Finalizers by which the garbage collector hears of a deletion before it happens. */
const FINALIZERS = { Foreground: "foregroundDeletion", Orphan: "orphan" };

/**
 * Deletes an object, or begins to: pods end gracefully, finalizers are waited for.
 * @throws ApiFailure 404, 409 when a precondition does not hold, 400 for an unknown propagation policy
 */
export function deleteObject(
  { store, clock }: { store: Store; clock: Clock },
  resource: ResourceType,
  namespace: string | undefined,
  name: string,
  options: DeleteOptions,
): Deleted {
  const object = store.get(resource, namespace, name);
  if (!object) throw notFound(resource, name);
  checkPreconditions(resource, object, options);
  const policy = options.propagationPolicy;
  if (policy && !["Orphan", "Background", "Foreground"].includes(policy)) {
    throw badRequest(`invalid propagation policy: ${JSON.stringify(policy)}`);
  }
  if (options.dryRun?.includes("All")) return { body: resource === PODS ? object : success(resource, object) };
  // Jobs are older than the garbage collector: batch/v1 orphans unless it is told otherwise.
  const effective = policy ?? (resource === JOBS ? "Orphan" : "Background");
  const graceSeconds = graceOf(resource, object, options.gracePeriodSeconds);
  const marked = store.updateIfPresent(resource, object, (draft) => {
    const { metadata } = draft;
    if (effective !== "Background" && !metadata.deletionTimestamp) {
      metadata.finalizers = [...(metadata.finalizers ?? []), FINALIZERS[effective]];
    }
    const grace = Math.min(graceSeconds, metadata.deletionGracePeriodSeconds ?? Infinity);
    if (metadata.deletionTimestamp && grace === metadata.deletionGracePeriodSeconds) return;
    metadata.deletionTimestamp = timestamp(clock.now() + grace * 1000);
    metadata.deletionGracePeriodSeconds = grace;
    if (metadata.generation !== undefined) metadata.generation++;
    if (resource === NAMESPACES) (draft as Namespace).status = { phase: "Terminating" };
  });
  const warning = resource === JOBS && policy === undefined ? { warning: BARE_JOB_DELETE } : {};
  const remains = store.current(resource, object);
  const returnsObject = remains || resource === PODS || resource === NAMESPACES;
  return { body: returnsObject ? (remains ?? marked ?? object) : success(resource, object), ...warning };
}

function graceOf(resource: ResourceType, object: KubeObject, asked: number | undefined): number {
  if (resource !== PODS) return 0;
  const { spec, status } = object as Pod;
  if (!spec.nodeName || status.phase === "Succeeded" || status.phase === "Failed") return 0;
  return Math.max(0, asked ?? spec.terminationGracePeriodSeconds ?? 30);
}

function checkPreconditions(resource: ResourceType, { metadata }: KubeObject, { preconditions }: DeleteOptions): void {
  const { uid, resourceVersion } = preconditions ?? {};
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`;
    throw preconditionFailed(resource, metadata.name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`;
    throw preconditionFailed(resource, metadata.name, why);
  }
}

function success(resource: ResourceType, { metadata }: KubeObject): Status {
  const details = {
    name: metadata.name,
    ...(resource.group && { group: resource.group }),
    kind: resource.plural,
    uid: metadata.uid,
  };
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
}
