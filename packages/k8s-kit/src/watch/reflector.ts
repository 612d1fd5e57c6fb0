import { Backoff } from "../time/backoff.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { errorOfConnection, isGone, KubernetesError } from "../errors/index.ts";
import type { AnyObject, ObjectList } from "../objects.ts";
import { type WatchEvent, watchEvents } from "./watch-stream.ts";

/** A collection of objects: one resource of one namespace, less what a selector leaves out. */
export interface Collection {
  /** URL path of the collection, such as `/api/v1/namespaces/agents/pods`. */
  readonly path: string;
  readonly labelSelector?: string;
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
/** A watch that is silent for longer than this is dead: bookmarks come every 60 s, and events at most 75 s late (cacher.go). */
export const WATCH_SILENCE_MS = 90_000;
/**
 * Everything is listed anew this often, whatever the watch says: the bound on any error of ours or of a proxy's. Jittered by
 * a quarter, so that the lists of many watches do not meet.
 */
export const RELIST_MS: number = 10 * 60_000;

/**
 * List, then watch from there, for ever: the only loop that owns the connection. Never throws; ends with the signal.
 * A watch that ends or fails is resumed from the last resourceVersion; 410 lists again.
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
  while (!signal.aborted) {
    try {
      if (version === null || clock.monotonic() - listedAt >= RELIST_MS) {
        const list = await listAll<T>(cluster, collection, signal);
        version = list.version;
        listedAt = clock.monotonic() - (cluster.random() * RELIST_MS) / 4;
        yield { type: "replaced", objects: list.objects };
      }
      const openedAt = clock.monotonic();
      const events: AsyncIterable<WatchEvent<T>> = await openWatch<T>(
        cluster,
        collection,
        version,
        listedAt + RELIST_MS - openedAt,
        signal,
      );
      yield { type: "opened" };
      for await (const event of events) {
        backoff.succeeded();
        version = event.object.metadata?.resourceVersion ?? version;
        yield reflection(event);
      }
      // A proxy that ends every watch at once must not become a storm of requests.
      if (clock.monotonic() - openedAt < 1_000) await backoff.wait(signal);
    } catch (error) {
      if (signal.aborted) return;
      if (isGone(error)) version = null;
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
  { path, labelSelector }: Collection,
  signal: AbortSignal,
): Promise<{ objects: T[]; version: string }> {
  const objects: T[] = [];
  let next: string | undefined;
  let version = "";
  do {
    const query = { labelSelector, limit: PAGE_SIZE, continue: next };
    const page: ObjectList<T> = await cluster.request("GET", path, { query, signal });
    objects.push(...(page.items ?? []));
    version = page.metadata?.resourceVersion ?? version;
    next = page.metadata?.continue;
  } while (next);
  return { objects, version };
}

/** Opens the watch; the server ends it when it is time to list again. */
async function openWatch<T extends AnyObject>(
  cluster: Cluster,
  { path, labelSelector }: Collection,
  resourceVersion: string,
  leftMs: number,
  signal: AbortSignal,
): Promise<AsyncIterable<WatchEvent<T>>> {
  const timeoutSeconds = Math.max(1, Math.round(leftMs / 1000));
  const query = { labelSelector, resourceVersion, watch: true, allowWatchBookmarks: true, timeoutSeconds };
  const { body } = await cluster.stream(path, { query, signal });
  const request = { method: "GET", path };
  if (!body) throw errorOfConnection(new Error("the watch has no body"), request, cluster.server);
  return watchEvents<T>(body, { clock: cluster.clock, silenceMs: WATCH_SILENCE_MS, request, signal });
}
