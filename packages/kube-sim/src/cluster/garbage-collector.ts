import { deleteObject } from "../api/delete.ts";
import { NAMESPACES, RESOURCES, type ResourceType } from "../api/resources.ts";
import type { Change } from "../store/store.ts";
import type { KubeObject } from "../wire.ts";
import { later, type World } from "./world.ts";

interface Found {
  resource: ResourceType;
  object: KubeObject;
}

/** Deletes what belonged to objects that are gone, and carries out foreground, orphaning and namespace deletions. */
export class GarbageCollector {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    world.store.subscribe((change) => this.#onChange(change));
  }

  #onChange({ type, resource, object }: Change): void {
    const { metadata } = object;
    const soon = (action: () => void): void => later(this.#world, this.#world.timings.garbage, action);
    if (type === "DELETED") {
      soon(() => this.#collectDependents(object));
      for (const { uid } of metadata.ownerReferences ?? []) soon(() => this.#continueOwner(uid));
      if (metadata.namespace !== undefined) this.#continueNamespace(metadata.namespace);
    } else if (type === "ADDED" && metadata.ownerReferences) {
      soon(() => this.#collectIfOrphan({ resource, object }));
    } else if (metadata.deletionTimestamp) {
      soon(() => this.#continueDeletion({ resource, object }));
    }
  }

  #continueDeletion(found: Found): void {
    const object = this.#world.store.current(found.resource, found.object);
    const finalizers = object?.metadata.finalizers ?? [];
    if (!object) return;
    if (finalizers.includes("orphan")) this.#orphan({ ...found, object });
    if (finalizers.includes("foregroundDeletion")) this.#deleteInForeground({ ...found, object });
    if (found.resource === NAMESPACES) this.#emptyNamespace(object);
  }

  #orphan(found: Found): void {
    const { uid } = found.object.metadata;
    for (const dependent of this.#dependentsOf(uid)) {
      this.#world.store.updateIfPresent(dependent.resource, dependent.object, ({ metadata }) => {
        metadata.ownerReferences = metadata.ownerReferences?.filter((owner) => owner.uid !== uid) ?? [];
        if (metadata.ownerReferences.length === 0) delete metadata.ownerReferences;
      });
    }
    this.#removeFinalizer(found, "orphan");
  }

  /** Dependents that block go first; the others go when their owner is gone. */
  #deleteInForeground(found: Found): void {
    const { uid } = found.object.metadata;
    const blocking = this.#dependentsOf(uid).filter(({ object }) =>
      object.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion),
    );
    if (blocking.length === 0) this.#removeFinalizer(found, "foregroundDeletion");
    for (const dependent of blocking) this.#delete(dependent);
  }

  #collectDependents({ metadata }: KubeObject): void {
    for (const dependent of this.#dependentsOf(metadata.uid)) this.#collectIfOrphan(dependent);
  }

  /** Deletes the object when none of its owners is there any more. */
  #collectIfOrphan(found: Found): void {
    const { store } = this.#world;
    const object = store.current(found.resource, found.object);
    const owners = object?.metadata.ownerReferences ?? [];
    if (!object || owners.length === 0 || owners.some(({ uid }) => this.#findByUid(uid))) return;
    this.#delete({ ...found, object });
  }

  #continueOwner(uid: string): void {
    const owner = this.#findByUid(uid);
    if (owner?.object.metadata.deletionTimestamp) this.#continueDeletion(owner);
  }

  #emptyNamespace(namespace: KubeObject): void {
    const inside = this.#everything().filter(({ object }) => object.metadata.namespace === namespace.metadata.name);
    for (const found of inside) this.#delete(found);
    this.#continueNamespace(namespace.metadata.name);
  }

  #continueNamespace(name: string): void {
    const namespace = this.#world.store.get(NAMESPACES, undefined, name);
    if (!namespace?.metadata.deletionTimestamp) return;
    if (this.#everything().some(({ object }) => object.metadata.namespace === name)) return;
    later(this.#world, 0, () => void this.#world.store.remove(NAMESPACES, namespace));
  }

  #delete({ resource, object }: Found): void {
    if (object.metadata.deletionTimestamp) return;
    const { namespace, name, uid } = object.metadata;
    deleteObject(this.#world, resource, namespace, name, { propagationPolicy: "Background", preconditions: { uid } });
  }

  #removeFinalizer({ resource, object }: Found, name: string): void {
    this.#world.store.updateIfPresent(resource, object, ({ metadata }) => {
      metadata.finalizers = metadata.finalizers?.filter((finalizer) => finalizer !== name) ?? [];
    });
  }

  #dependentsOf(uid: string): Found[] {
    return this.#everything().filter(({ object }) =>
      object.metadata.ownerReferences?.some((owner) => owner.uid === uid),
    );
  }

  #findByUid(uid: string): Found | undefined {
    return this.#everything().find(({ object }) => object.metadata.uid === uid);
  }

  #everything(): Found[] {
    return RESOURCES.flatMap((resource) => this.#world.store.list(resource).map((object) => ({ resource, object })));
  }
}
