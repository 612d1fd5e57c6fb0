import type { Store } from "../store/store.ts";
import type { KubeObject } from "../wire.ts";
import { NEWEST, type Position, readToken, writeToken } from "./continue-token.ts";
import { type ListedRevision, readRevision } from "./list-options.ts";
import { readFilter, readInteger } from "./query.ts";
import { apiVersionOf, type ResourceType } from "./resources.ts";
import { badRequest } from "./status.ts";

/** A list as the wire has it: the items do not repeat kind and apiVersion. */
export interface ObjectList {
  kind: string;
  apiVersion: string;
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
  items: Omit<KubeObject, "kind" | "apiVersion">[];
}

/**
 * Answers a list; all pages of one show the same revision.
 * @throws ApiFailure 400 and 422 for parameters that do not fit, 410 for a revision that is compacted
 */
export function listObjects(
  store: Store,
  resource: ResourceType,
  namespace: string | undefined,
  query: URLSearchParams,
): ObjectList {
  const limit = readInteger(query, "limit") ?? 0;
  const filter = readFilter(query, resource, namespace);
  const { position, asked } = readPlace(query, store);
  const everything = asked === undefined ? store.list(resource, namespace) : store.listAt(resource, namespace, asked);
  const matching = everything.filter(filter);
  const rest = position ? matching.filter((object) => keyOf(object) > position.start) : matching;
  const page = limit > 0 ? rest.slice(0, limit) : rest;
  const revision = asked ?? store.revision;
  const last = page.at(-1);
  const remaining = rest.length - page.length;
  // With a selector the server does not know how many remain.
  const isFiltered = query.get("labelSelector") || query.get("fieldSelector");
  return {
    kind: `${resource.kind}List`,
    apiVersion: apiVersionOf(resource),
    metadata: {
      resourceVersion: String(revision),
      ...(remaining > 0 && last && { continue: writeToken({ rv: revision, start: keyOf(last) }) }),
      ...(remaining > 0 && !isFiltered && { remainingItemCount: remaining }),
    },
    items: page.map(({ kind: _kind, apiVersion: _version, ...item }) => item),
  };
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}

/** Where a list goes on, and which revision it shows. */
function readPlace(query: URLSearchParams, store: Store): { position?: Position; asked: ListedRevision } {
  const token = query.get("continue");
  if (!token) return { asked: readRevision(query, store) };
  if (query.get("resourceVersion")) throw badRequest("specifying resource version is not allowed when using continue");
  const position = readToken(token, store.compactedRevision);
  return { position, asked: position.rv === NEWEST ? undefined : position.rv };
}
