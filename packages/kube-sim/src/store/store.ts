import { apiVersionOf, type ResourceType } from "../api/resources.ts";
import { notFound } from "../api/status.ts";
import type { Clock } from "../clock.ts";
import type { Random } from "../random.ts";
import { Wakeup } from "../streams/wakeup.ts";
import { timestamp } from "../time.ts";
import type { KubeObject } from "../wire.ts";

/** One write. Objects in it are never changed again. */
export interface Change {
  revision: number;
  type: "ADDED" | "MODIFIED" | "DELETED";
  resource: ResourceType;
  object: KubeObject;
  /** What was there before; absent for ADDED. */
  before?: KubeObject;
}

/** What a client may leave out when it creates an object. */
export type Draft = { metadata?: Partial<KubeObject["metadata"]> } & Record<string, unknown>;

/**
 * The cluster's memory, as etcd keeps it: objects by kind, namespace and name, one counter of revisions for all of
 * them, and the history of writes that watches read. A stored object is never changed in place.
 */
export class Store {
  /** Wakes at every write. */
  readonly changed: Wakeup = new Wakeup();
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #tables = new Map<ResourceType, Map<string, KubeObject>>();
  readonly #history = new Map<ResourceType, Change[]>();
  readonly #listeners: ((change: Change) => void)[] = [];
  #revision = 1;
  #compacted = 0;
  #watchGeneration = 0;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** The revision of the last write. */
  get revision(): number {
    return this.#revision;
  }

  /** Revisions up to this one can no longer be watched from. */
  get compactedRevision(): number {
    return this.#compacted;
  }

  get<T extends KubeObject>(resource: ResourceType, namespace: string | undefined, name: string): T | undefined {
    return this.#table(resource).get(keyOf(namespace, name)) as T | undefined;
  }

  /** In the order of their keys, as etcd lists: by namespace, then name. */
  list<T extends KubeObject>(resource: ResourceType, namespace?: string): T[] {
    return sorted<T>(this.#table(resource), namespace);
  }

  /** The same, as it was right after a revision that is not compacted yet. */
  listAt<T extends KubeObject>(resource: ResourceType, namespace: string | undefined, revision: number): T[] {
    const table = new Map(this.#table(resource));
    for (const change of this.history(resource).toReversed()) {
      if (change.revision <= revision) break;
      const { metadata } = change.object;
      const key = keyOf(metadata.namespace, metadata.name);
      if (change.before) table.set(key, change.before);
      else table.delete(key);
    }
    return sorted<T>(table, namespace);
  }

  /** Stores an object that {@link prepare} made. */
  insert<T extends KubeObject>(resource: ResourceType, prepared: T): T {
    return this.#write("ADDED", resource, prepared) as T;
  }

  /** A new object with name, uid and creation time, not stored yet. */
  prepare(resource: ResourceType, namespace: string | undefined, draft: Draft): KubeObject {
    const given = structuredClone(draft);
    const { name, generateName, namespace: _, ...rest } = given.metadata ?? {};
    return {
      ...given,
      kind: resource.kind,
      apiVersion: apiVersionOf(resource),
      metadata: {
        name: name || `${generateName ?? ""}${this.#random.nameSuffix()}`,
        ...(generateName && { generateName }),
        ...(namespace !== undefined && { namespace }),
        ...rest,
        uid: this.#random.uuid(),
        resourceVersion: "",
        creationTimestamp: timestamp(this.#clock.now()),
      },
    };
  }

  /**
   * Changes an object by changing a copy of it. Writes nothing when nothing changed; removes the object when this
   * was the last thing that its deletion waited for.
   * @throws ApiFailure 404
   */
  update<T extends KubeObject>(resource: ResourceType, object: KubeObject, change: (draft: T) => void): T {
    const { namespace, name } = object.metadata;
    const before = this.get(resource, namespace, name);
    if (!before || before.metadata.uid !== object.metadata.uid) throw notFound(resource, name);
    const draft = structuredClone(before) as T;
    change(draft);
    if (JSON.stringify(draft) === JSON.stringify(before)) return before as T;
    // The server turns such an update into a deletion, and its watchers see the object as it was before.
    if (isDeletionDone(draft)) return this.#write("DELETED", resource, structuredClone(before), before) as T;
    return this.#write("MODIFIED", resource, draft, before) as T;
  }

  /** As {@link update}, but an object that is gone stays gone. */
  updateIfPresent<T extends KubeObject>(resource: ResourceType, object: T, change: (draft: T) => void): T | undefined {
    return this.current(resource, object) ? this.update(resource, object, change) : undefined;
  }

  /** The newest state of an object, unless it is gone or replaced by another of the same name. */
  current<T extends KubeObject>(resource: ResourceType, object: T): T | undefined {
    const found = this.get<T>(resource, object.metadata.namespace, object.metadata.name);
    return found?.metadata.uid === object.metadata.uid ? found : undefined;
  }

  /** Takes the object away at once, whatever it waits for. */
  remove(resource: ResourceType, object: KubeObject): KubeObject | undefined {
    const before = this.current(resource, object);
    if (!before) return undefined;
    return this.#write("DELETED", resource, structuredClone(before), before);
  }

  /** Called with every write, right after it. A listener must not throw, and writes only later. */
  subscribe(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  /** Writes to a resource, oldest first; the array only grows. */
  history(resource: ResourceType): readonly Change[] {
    return emplace(this.#history, resource, () => []);
  }

  /** Forgets the history up to now, as etcd does every five minutes: watches can no longer start from before. */
  compact(): void {
    this.#compacted = this.#revision;
  }

  /** Watches that are open now count as too far behind: each must end. */
  expireWatches(): void {
    this.#watchGeneration++;
    this.changed.wake();
  }

  /** Changes when {@link expireWatches} was called. */
  get watchGeneration(): number {
    return this.#watchGeneration;
  }

  #write(type: Change["type"], resource: ResourceType, object: KubeObject, before?: KubeObject): KubeObject {
    const revision = ++this.#revision;
    object.metadata.resourceVersion = String(revision);
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    if (type === "DELETED") this.#table(resource).delete(key);
    else this.#table(resource).set(key, object);
    const change: Change = { revision, type, resource, object, ...(before && { before }) };
    emplace(this.#history, resource, () => [] as Change[]).push(change);
    for (const listener of this.#listeners) listener(change);
    this.changed.wake();
    return object;
  }

  #table(resource: ResourceType): Map<string, KubeObject> {
    return emplace(this.#tables, resource, () => new Map<string, KubeObject>());
  }
}

function sorted<T>(table: Map<string, KubeObject>, namespace: string | undefined): T[] {
  const inside = [...table].filter(([, { metadata }]) => namespace === undefined || metadata.namespace === namespace);
  return inside.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object as T);
}

/** A deletion is done when no grace is left and no finalizer holds the object. */
function isDeletionDone(object: KubeObject & { spec?: { finalizers?: unknown } }): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata;
  // A namespace keeps the finalizer of its content in its spec.
  const isEmpty = finalizers.length === 0 && object.spec?.finalizers === undefined;
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0 && isEmpty;
}

function keyOf(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function emplace<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
