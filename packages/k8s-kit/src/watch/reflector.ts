import { Backoff } from "../time/backoff.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { listed } from "../cluster/listed.ts";
import { errorOfConnection, isGone, KubernetesError } from "../errors/index.ts";
import type { AnyObject, ObjectList } from "../objects.ts";
import { BrokenWatchError, type WatchEvent, watchEvents } from "./watch-stream.ts";

/** A collection of objects: one resource of one namespace, less what a selector leaves out. */
export interface Collection {
  /** URL path of the collection, such as `/api/v1/namespaces/agents/pods`. */
  readonly path: string;
  /** Such as `app=web,tier!=db`; everything unless given. */
  readonly labelSelector?: string;
  /** Such as `spec.nodeName=node1`; everything unless given. Which fields there are is the resource's to say: another one is a 400. */
  readonly fieldSelector?: string;
}

export type Reflection<T extends AnyObject> =
  /** All objects there are, from a list: what is missing here is gone. */
  | { readonly type: "replaced"; readonly objects: readonly T[] }
  | { readonly type: "applied"; readonly object: T }
  | { readonly type: "deleted"; readonly object: T }
  /** The watch is open: from here on nothing is missed. */
  | { readonly type: "opened" }
  /** The server is there and says that nothing changed. */
  | { readonly type: "quiet" }
  /** The view may be out of date until the next reflection. The loop goes on by itself. */
  | { readonly type: "lost"; readonly error: unknown };

/** Objects a list answers at once; client-go's page size (`WatchListPageSize`). */
const PAGE_SIZE = 500;
/** A watch that is silent for longer than this, milliseconds, is dead: bookmarks come every 60 s, and events at most 75 s late (cacher.go). */
export const WATCH_SILENCE_MS = 90_000;
/**
 * Everything is listed anew this often, milliseconds, whatever the watch says: the bound on any error of ours or of a proxy's. Jittered by
 * a quarter, so that the lists of many watches do not meet.
 */
export const RELIST_MS: number = 10 * 60_000;
/** A watch that ends sooner was none: who ends every watch like that must not meet a storm of requests. */
const SHORT_MS = 1_000;
/** A watch that held this long was a good one: the next failure is the first again. */
const GOOD_MS = 10_000;
/** So many short watches in a row without an event may hide every change: then all is listed again after each. */
const BARREN_WATCHES = 2;

/**
 * List, then watch from there, for ever: the only loop that owns the connection. Never throws; ends with the signal.
 * A watch that ends or fails is resumed from the last resourceVersion; 410, and a watch that nobody can read, lists again.
 */
export async function* reflect<T extends AnyObject>(
  cluster: Cluster,
  collection: Collection,
  signal: AbortSignal,
): AsyncGenerator<Reflection<T>> {
  const { clock } = cluster;
  const backoff = new Backoff(clock, cluster.random);
  let version: string | null = null;
  let listedAt = 0;
  let barren = 0;
  while (!signal.aborted) {
    let openedAt = Infinity;
    let events = 0;
    try {
      if (version === null || clock.monotonic() - listedAt >= RELIST_MS) {
        const list = await listAll<T>(cluster, collection, signal);
        version = list.version;
        listedAt = clock.monotonic() - (cluster.random() * RELIST_MS) / 4;
        yield { type: "replaced", objects: list.objects };
      }
      const leftMs = listedAt + RELIST_MS - clock.monotonic();
      const watch: AsyncIterable<WatchEvent<T>> = await openWatch<T>(cluster, collection, version, leftMs, signal);
      openedAt = clock.monotonic();
      yield { type: "opened" };
      for await (const event of watch) {
        events += 1;
        backoff.succeeded();
        version = event.object.metadata?.resourceVersion ?? version;
        yield reflection(event);
      }
      const isShort = clock.monotonic() - openedAt < SHORT_MS;
      barren = isShort && events === 0 ? barren + 1 : 0;
      if (barren >= BARREN_WATCHES) version = null;
      if (isShort) await backoff.wait(signal);
    } catch (error) {
      if (signal.aborted) return;
      if (isGone(error) || error instanceof BrokenWatchError) version = null;
      if (clock.monotonic() - openedAt >= GOOD_MS) backoff.succeeded();
      yield { type: "lost", error };
      const least = error instanceof KubernetesError ? (error.retryAfterMs ?? 0) : 0;
      await backoff.wait(signal, least).catch(() => undefined);
    }
  }
}

function reflection<T extends AnyObject>({ type, object }: WatchEvent<T>): Reflection<T> {
  switch (type) {
    case "BOOKMARK":
      return { type: "quiet" };
    case "DELETED":
      return { type: "deleted", object };
    default:
      return { type: "applied", object };
  }
}

async function listAll<T extends AnyObject>(
  cluster: Cluster,
  { path, labelSelector, fieldSelector }: Collection,
  signal: AbortSignal,
): Promise<{ objects: T[]; version: string }> {
  const objects: T[] = [];
  let next: string | undefined;
  let version = "";
  do {
    const query = { labelSelector, fieldSelector, limit: PAGE_SIZE, continue: next };
    const page: ObjectList<T> | null = await cluster.request("GET", path, { query, signal });
    const { items, version: taken } = listed(page, path);
    objects.push(...items);
    version = taken;
    next = page?.metadata?.continue;
  } while (next);
  return { objects, version };
}

/** Opens the watch; the server ends it when it is time to list again. */
async function openWatch<T extends AnyObject>(
  cluster: Cluster,
  { path, labelSelector, fieldSelector }: Collection,
  resourceVersion: string,
  leftMs: number,
  signal: AbortSignal,
): Promise<AsyncIterable<WatchEvent<T>>> {
  const timeoutSeconds = Math.max(1, Math.round(leftMs / 1000));
  const query = {
    labelSelector,
    fieldSelector,
    resourceVersion,
    watch: true,
    allowWatchBookmarks: true,
    timeoutSeconds,
  };
  const { body } = await cluster.stream(path, { query, signal });
  const request = { method: "GET", path };
  if (!body) throw errorOfConnection(new Error("the watch has no body"), request, cluster.server);
  return watchEvents<T>(body, { clock: cluster.clock, silenceMs: WATCH_SILENCE_MS, request, signal });
}
