import type { Draft, Store } from "../store/store.ts";
import type { KubeObject } from "../wire.ts";
import { applyDefaults } from "./defaults.ts";
import { managedBy } from "./managed-fields.ts";
import { apiVersionOf, LEASES, NAMESPACES, type ResourceType } from "./resources.ts";
import { ApiFailure, alreadyExists, badRequest, conflict, invalid, notFound, qualified } from "./status.ts";
import { validate } from "./validate.ts";

/**
 * Stores a new object. With `dryRun` it does all but that.
 * @throws ApiFailure 404 (no such namespace), 403 (it is being deleted), 409 (name taken), 400 and 422 (not acceptable)
 */
export function createObject(
  store: Store,
  resource: ResourceType,
  namespace: string | undefined,
  draft: Draft,
  { dryRun = false, fieldManager }: { dryRun?: boolean; fieldManager?: string } = {},
): KubeObject {
  checkType(resource, draft);
  checkNamespace(store, resource, namespace, draft);
  validate(resource, draft);
  const prepared = store.prepare(resource, namespace, draft);
  if (fieldManager) prepared.metadata.managedFields = managedBy(fieldManager, draft, apiVersionOf(resource));
  applyDefaults(resource, prepared);
  if (store.get(resource, namespace, prepared.metadata.name)) throw alreadyExists(resource, prepared.metadata.name);
  return dryRun ? unwritten(prepared) : store.insert(resource, prepared);
}

/**
 * Replaces an object; with a `resourceVersion` only if nobody else did in between. A Lease that is not there is created,
 * unless its uid is given (`AllowCreateOnUpdate` of its strategy), and one that is there must be given with its version.
 * @throws ApiFailure 404, 409, 400 and 422
 */
export function replaceObject(
  store: Store,
  resource: ResourceType,
  namespace: string | undefined,
  name: string,
  draft: Draft,
  { dryRun = false }: { dryRun?: boolean } = {},
): KubeObject {
  checkType(resource, draft);
  if (draft.metadata?.name !== name) {
    throw badRequest(
      `the name of the object (${draft.metadata?.name ?? ""}) does not match the name on the URL (${name})`,
    );
  }
  const before = store.get(resource, namespace, name);
  const { uid, resourceVersion } = draft.metadata;
  if (!before && resource !== LEASES) throw notFound(resource, name);
  if (uid && uid !== before?.metadata.uid) {
    const there = before?.metadata.uid ?? "";
    throw conflict(resource, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${there}`);
  }
  if (!before) return createObject(store, resource, namespace, draft, { dryRun });
  if (resource === LEASES && !resourceVersion) {
    const message = "Invalid value: 0: must be specified for an update";
    throw invalid(resource, name, [{ reason: "FieldValueInvalid", message, field: "metadata.resourceVersion" }]);
  }
  if (resourceVersion && resourceVersion !== before.metadata.resourceVersion) {
    throw conflict(
      resource,
      name,
      "the object has been modified; please apply your changes to the latest version and try again",
    );
  }
  validate(resource, draft);
  checkImmutable(resource, before, draft);
  checkFinalizers(resource, before, draft);
  const change = (object: KubeObject): void => {
    const { labels, annotations, ownerReferences, finalizers } = draft.metadata ?? {};
    const kept = object.metadata;
    for (const key of Object.keys(object)) delete (object as unknown as Draft)[key];
    Object.assign(object, structuredClone(draft), { kind: before.kind, apiVersion: before.apiVersion, metadata: kept });
    Object.assign(kept, structuredClone({ labels, annotations, ownerReferences, finalizers }));
    // Status belongs to its subresource.
    const { status } = before as unknown as Draft;
    if (status !== undefined) (object as unknown as Draft).status = structuredClone(status);
    const isOther = JSON.stringify((before as unknown as Draft).spec) !== JSON.stringify(draft.spec);
    if (isOther && kept.generation !== undefined) kept.generation++;
  };
  if (!dryRun) return store.update<KubeObject>(resource, before, change);
  const preview = structuredClone(before);
  change(preview);
  return preview;
}

/** An object that only a dry run made has no version. */
function unwritten(object: KubeObject): KubeObject {
  const { resourceVersion: _, ...metadata } = object.metadata;
  return { ...object, metadata: metadata as KubeObject["metadata"] };
}

function checkType(resource: ResourceType, draft: Draft): void {
  const { kind = resource.kind, apiVersion = apiVersionOf(resource) } = draft as { kind?: string; apiVersion?: string };
  if (kind === resource.kind && apiVersion === apiVersionOf(resource)) return;
  const version = apiVersion.split("/").at(-1) ?? "";
  const conversion = `converting (${version}.${kind}) to (${resource.group || "core"}.${resource.kind}): unknown conversion`;
  throw badRequest(
    `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${resource.kind}: ${conversion}`,
  );
}

function checkNamespace(store: Store, resource: ResourceType, namespace: string | undefined, draft: Draft): void {
  if (namespace === undefined) return;
  const given = draft.metadata?.namespace;
  if (given && given !== namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  const found = store.get(NAMESPACES, undefined, namespace);
  if (!found) throw notFound(NAMESPACES, namespace);
  if (!found.metadata.deletionTimestamp) return;
  const name = draft.metadata?.name ?? "";
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw new ApiFailure(403, "Forbidden", `${qualified(resource)} "${name}" is forbidden: ${why}`, {
    name,
    kind: resource.plural,
  });
}

function checkImmutable(resource: ResourceType, before: KubeObject, draft: Draft): void {
  const held = before as unknown as { immutable?: boolean; data?: unknown };
  if (!held.immutable) return;
  if (draft.immutable === true && JSON.stringify(draft.data) === JSON.stringify(held.data)) return;
  const message = "Forbidden: field is immutable when `immutable` is set";
  const field = draft.immutable === true ? "data" : "immutable";
  throw invalid(resource, before.metadata.name, [{ reason: "FieldValueForbidden", message, field }]);
}

/** What is being deleted may lose finalizers, and gets no new ones. */
function checkFinalizers(resource: ResourceType, { metadata }: KubeObject, draft: Draft): void {
  if (!metadata.deletionTimestamp) return;
  const added = (draft.metadata?.finalizers ?? []).filter((name) => !metadata.finalizers?.includes(name));
  if (added.length === 0) return;
  const names = added.map((name) => JSON.stringify(name)).join(", ");
  const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${names}}`;
  throw invalid(resource, metadata.name, [{ reason: "FieldValueForbidden", message, field: "metadata.finalizers" }]);
}
