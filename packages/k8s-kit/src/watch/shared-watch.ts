import { abortable, DeadlineError } from "../time/deadline.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { assertLabelSelector, isGone, isTransient, KubernetesError } from "../errors/index.ts";
import type { AnyObject } from "../objects.ts";
import { type Collection, type Reflection, reflect } from "./reflector.ts";
import { StateQueue } from "./state-queue.ts";

/** The present state of an object, or that it is gone; states that nobody looked at are skipped. */
export type Change<T extends AnyObject> =
  | { readonly type: "present"; readonly object: T }
  /** `object` is the last state seen: a deleted object answers no get. */
  | { readonly type: "deleted"; readonly object: T };

/** How well the watch sees. */
export interface WatchHealth {
  /** {@link Clock.monotonic} of the last sign of life, milliseconds; `null` before the first. */
  readonly lastEventAt: number | null;
  /** How often the connection was lost. */
  readonly restarts: number;
  /** Why the view may be out of date at the moment; `null` when it is not. */
  readonly lost: unknown;
}

interface Subscriber<T extends AnyObject> {
  readonly wants: (object: T) => boolean;
  readonly queue: StateQueue<Change<T>>;
}

/**
 * One list+watch of a collection for everybody in this process who looks at it. Runs while it has users.
 * The cost to the API server does not grow with the number of users, nor with how long they look.
 */
export class SharedWatch<T extends AnyObject> {
  readonly #cluster: Cluster;
  readonly #collection: Collection;
  readonly #objects = new Map<string, T>();
  readonly #subscribers = new Set<Subscriber<T>>();
  #users = 0;
  #running: AbortController | null = null;
  #synced!: PromiseWithResolvers<void>;
  #lastEventAt: number | null = null;
  #restarts = 0;
  #lost: unknown = null;

  constructor(cluster: Cluster, collection: Collection) {
    this.#cluster = cluster;
    this.#collection = collection;
    this.#expectSync();
  }

  /** Keeps the watch running until disposed; the last user to leave closes it. */
  use(): Disposable {
    this.#users += 1;
    if (this.#users === 1) this.#start();
    let left = false;
    return {
      [Symbol.dispose]: () => {
        if (left) return;
        left = true;
        this.#users -= 1;
        if (this.#users === 0) this.#stop();
      },
    };
  }

  /**
   * Resolves while the view is up to date: everything was listed, and the watch from there on is open.
   * @throws KubernetesError when the server refuses in a way that waiting does not mend (401, 403, 404), or what kept it from
   *   answering until the signal aborted; the signal's reason otherwise
   */
  async synced(signal: AbortSignal): Promise<void> {
    try {
      await abortable(this.#synced.promise, signal);
    } catch (error) {
      // A bound that passed is explained by what the list met meanwhile.
      throw this.#lost instanceof KubernetesError ? this.#lost : error;
    }
  }

  health(): WatchHealth {
    return { lastEventAt: this.#lastEventAt, restarts: this.#restarts, lost: this.#lost };
  }

  /** All objects seen at the moment. */
  objects(): readonly T[] {
    return [...this.#objects.values()];
  }

  /** The objects that `wants` accepts: first their present, then each change. Ends with the signal, silently. @throws what `wants` throws */
  async *changes(wants: (object: T) => boolean, signal: AbortSignal): AsyncGenerator<Change<T>> {
    const subscriber: Subscriber<T> = { wants, queue: new StateQueue(signal) };
    for (const object of this.#objects.values()) this.#tell(subscriber, { type: "present", object });
    this.#subscribers.add(subscriber);
    try {
      yield* subscriber.queue;
    } finally {
      this.#subscribers.delete(subscriber);
    }
  }

  #start(): void {
    const running = new AbortController();
    this.#running = running;
    void this.#run(running.signal); // Never rejects: the reflector's loop reports its errors as reflections.
  }

  #stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.#objects.clear();
    this.#lost = null;
    this.#lastEventAt = null;
    this.#expectSync();
  }

  #expectSync(): void {
    this.#synced = Promise.withResolvers();
    this.#synced.promise.catch(() => undefined); // Whoever waits sees a rejection; nobody has to wait.
  }

  async #run(signal: AbortSignal): Promise<void> {
    for await (const reflection of reflect<T>(this.#cluster, this.#collection, signal)) {
      if (signal.aborted) return;
      this.#apply(reflection);
    }
  }

  #apply(reflection: Reflection<T>): void {
    if (reflection.type === "lost") {
      this.#restarts += 1;
      this.#cluster.observer.onWatchLost?.();
      this.#lost = reflection.error;
      const waiting = this.#synced;
      this.#expectSync();
      // Who waits now is told; who comes later waits for the next try, which may find the right granted.
      if (isTransient(reflection.error) || reflection.error instanceof DeadlineError || isGone(reflection.error)) {
        this.#synced.promise.then(waiting.resolve, waiting.reject);
      } else waiting.reject(reflection.error);
      return;
    }
    this.#lastEventAt = this.#cluster.clock.monotonic();
    switch (reflection.type) {
      case "replaced": {
        const present = new Set(reflection.objects.map(uidOf));
        for (const [uid, object] of this.#objects) if (!present.has(uid)) this.#delete(object);
        for (const object of reflection.objects) this.#set(object);
        break;
      }
      case "opened":
        this.#lost = null;
        this.#synced.resolve();
        break;
      case "applied":
        this.#set(reflection.object);
        break;
      case "deleted":
        this.#delete(reflection.object);
        break;
      case "quiet":
        break;
    }
  }

  #set(object: T): void {
    const before = this.#objects.get(uidOf(object));
    this.#objects.set(uidOf(object), object);
    if (before?.metadata?.resourceVersion === object.metadata?.resourceVersion && before) return;
    for (const subscriber of this.#subscribers) this.#tell(subscriber, { type: "present", object });
  }

  #delete(object: T): void {
    this.#objects.delete(uidOf(object));
    for (const subscriber of this.#subscribers) this.#tell(subscriber, { type: "deleted", object });
  }

  #tell(subscriber: Subscriber<T>, change: Change<T>): void {
    try {
      if (subscriber.wants(change.object)) subscriber.queue.put(uidOf(change.object), change);
    } catch (error) {
      subscriber.queue.fail(error);
    }
  }
}

const watches = new WeakMap<Cluster, Map<string, SharedWatch<AnyObject>>>();

/**
 * The one watch of this collection on this cluster object: everybody who asks for the same gets the same.
 * @throws InvalidInputError when `labelSelector` is none
 */
export function sharedWatch<T extends AnyObject>(cluster: Cluster, collection: Collection): SharedWatch<T> {
  assertLabelSelector("labelSelector", collection.labelSelector ?? "");
  const ofCluster = watches.get(cluster) ?? new Map<string, SharedWatch<AnyObject>>();
  watches.set(cluster, ofCluster);
  const key = [collection.path, collection.labelSelector ?? "", collection.fieldSelector ?? ""].join("?");
  const watch = ofCluster.get(key) ?? new SharedWatch<AnyObject>(cluster, collection);
  ofCluster.set(key, watch);
  return watch as unknown as SharedWatch<T>;
}

function uidOf(object: AnyObject): string {
  return object.metadata?.uid ?? "";
}
