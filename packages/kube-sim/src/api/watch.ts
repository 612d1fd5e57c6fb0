import type { Clock } from "../clock.ts";
import type { Change, Store } from "../store/store.ts";
import type { KubeObject } from "../wire.ts";
import { invalidOption } from "./list-options.ts";
import { type Filter, readBoolean, readFilter, readInteger } from "./query.ts";
import { apiVersionOf, type ResourceType } from "./resources.ts";
import { ApiFailure, expired } from "./status.ts";

/** How often a watch that asked for bookmarks gets one when nothing happens (`defaultBookmarkFrequency` of the API server). */
const BOOKMARK_INTERVAL_MS = 60_000;

/** A watch that will soon time out gets its last bookmark this long before. */
const BOOKMARK_BEFORE_END_MS = 2000;

/** The server ends a watch that gave no timeout after 30 to 60 minutes (`minRequestTimeout`); the simulator after 30. */
const DEFAULT_TIMEOUT_S = 1800;

export interface WatchEvent {
  type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  object: unknown;
}

/**
 * The events of a watch, each as one line of JSON. It reads the store's history at the speed of its reader, so it buffers nothing.
 * Parameters are checked at once; the events end at `timeoutSeconds` and throws the signal's reason when that aborts.
 * @throws ApiFailure when a parameter does not parse
 */
export function watchObjects(
  { store, clock }: { store: Store; clock: Clock },
  resource: ResourceType,
  namespace: string | undefined,
  query: URLSearchParams,
): (signal: AbortSignal) => AsyncGenerator<Uint8Array> {
  const filter = readFilter(query, resource, namespace);
  const from = readVersion(query.get("resourceVersion"));
  const timeoutMs = (readInteger(query, "timeoutSeconds") || DEFAULT_TIMEOUT_S) * 1000;
  const withBookmarks = readBoolean(query, "allowWatchBookmarks");
  if (readBoolean(query, "sendInitialEvents") && query.get("resourceVersionMatch") !== "NotOlderThan") {
    const message = "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
    throw invalidOption("resourceVersionMatch", { reason: "FieldValueForbidden", message });
  }
  return (signal) => lines(watchEvents(signal));

  async function* watchEvents(signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const end = clock.monotonic() + timeoutMs;
    const history = store.history(resource);
    const generation = store.watchGeneration;
    if (from > 0 && from < store.compactedRevision) {
      yield { type: "ERROR", object: tooOld(from, store.compactedRevision).status };
      return;
    }
    let next = from > 0 ? firstAfter(history, from) : history.length;
    if (from === 0) {
      const revision = store.revision;
      for (const object of store.list(resource, namespace).filter(filter)) yield { type: "ADDED", object };
      if (withBookmarks && !query.get("resourceVersion"))
        yield bookmark(resource, revision, { "k8s.io/initial-events-end": "true" });
    }
    let bookmarkAt = withBookmarks ? nextBookmark(clock.monotonic(), end) : Infinity;
    for (;;) {
      while (next < history.length) {
        const event = eventFor(history[next++] as Change, filter);
        if (event) yield event;
      }
      if (store.watchGeneration !== generation) {
        yield { type: "ERROR", object: tooOld(history[next - 1]?.revision ?? from, store.revision).status };
        return;
      }
      const now = clock.monotonic();
      if (now >= end) return;
      if (now >= bookmarkAt) {
        bookmarkAt = nextBookmark(now, end);
        // A real cluster never stands still (nodes renew their Leases), so there is always a new revision to mark.
        yield bookmark(resource, store.revision);
        continue;
      }
      await store.changed.wait(clock, signal, Math.min(end, bookmarkAt) - now);
    }
  }
}

/** The ERROR event that an API server sends to a watch that fell too far behind. */
function tooOld(revision: number, oldest: number): ApiFailure {
  return expired(`too old resource version: ${revision} (${oldest})`);
}

/** An object that comes to match is added, one that no longer matches is deleted: the selector is the watcher's whole world. */
function eventFor({ type, object, before, revision }: Change, filter: Filter): WatchEvent | undefined {
  const matched = before !== undefined && filter(before);
  const matches = type !== "DELETED" && filter(object);
  if (matched && matches) return { type: "MODIFIED", object };
  if (matches) return { type: "ADDED", object };
  if (!matched) return undefined;
  // What leaves a selector is sent as it last matched, at the revision of its leaving.
  const last =
    type === "DELETED" ? object : { ...before, metadata: { ...before.metadata, resourceVersion: String(revision) } };
  return { type: "DELETED", object: last };
}

function bookmark(resource: ResourceType, revision: number, annotations?: Record<string, string>): WatchEvent {
  const metadata = { resourceVersion: String(revision), ...(annotations && { annotations }) };
  return { type: "BOOKMARK", object: { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata } };
}

function nextBookmark(now: number, end: number): number {
  const beforeEnd = end - BOOKMARK_BEFORE_END_MS;
  return Math.min(now + BOOKMARK_INTERVAL_MS, beforeEnd > now ? beforeEnd : Infinity);
}

async function* lines(events: AsyncGenerator<WatchEvent>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const { type, object } of events)
    yield encoder.encode(`${JSON.stringify({ type, object: ordered(object) })}\n`);
}

/** Kind first, as the server writes it. */
function ordered(object: unknown): unknown {
  const { kind, apiVersion, metadata, ...rest } = object as KubeObject;
  return { kind, apiVersion, metadata, ...rest };
}

function firstAfter(history: readonly Change[], revision: number): number {
  let low = 0;
  let high = history.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((history[middle]?.revision ?? Infinity) <= revision) low = middle + 1;
    else high = middle;
  }
  return low;
}

function readVersion(text: string | null): number {
  if (text === null || text === "") return 0;
  if (/^\d+$/.test(text)) return Number(text);
  const value = JSON.stringify(text);
  throw new ApiFailure(
    500,
    undefined,
    `resourceVersion: Invalid value: ${value}: strconv.ParseUint: parsing ${value}: invalid syntax`,
  );
}
