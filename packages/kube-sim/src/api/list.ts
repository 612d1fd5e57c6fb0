import type { Store } from "../store/store.ts";
import type { KubeObject } from "../wire.ts";
import { readFilter, readInteger } from "./query.ts";
import { apiVersionOf, type ResourceType } from "./resources.ts";
import { badRequest, expired } from "./status.ts";

/** A list as the wire has it: the items do not repeat kind and apiVersion. */
export interface ObjectList {
  kind: string;
  apiVersion: string;
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
  items: Omit<KubeObject, "kind" | "apiVersion">[];
}

/** The place after which the next page begins, and the revision that all pages share. */
interface Position {
  revision: number;
  after: string;
}

/**
 * Answers a list. Unlike etcd it reads later pages from the present; the revision is the first page's.
 * @throws ApiFailure 400 for a parameter that does not parse, 410 for a page of a revision that is compacted
 */
export function listObjects(
  store: Store,
  resource: ResourceType,
  namespace: string | undefined,
  query: URLSearchParams,
): ObjectList {
  checkVersion(query.get("resourceVersion"));
  const limit = readInteger(query, "limit") ?? 0;
  const filter = readFilter(query, resource, namespace);
  const position = readPosition(query.get("continue"), store);
  const matching = store.list(resource, namespace).filter(filter);
  const rest = position ? matching.filter((object) => keyOf(object) > position.after) : matching;
  const page = limit > 0 ? rest.slice(0, limit) : rest;
  const revision = position?.revision ?? store.revision;
  const last = page.at(-1);
  const remaining = rest.length - page.length;
  // With a selector the server does not know how many remain.
  const isFiltered = query.get("labelSelector") || query.get("fieldSelector");
  return {
    kind: `${resource.kind}List`,
    apiVersion: apiVersionOf(resource),
    metadata: {
      resourceVersion: String(revision),
      ...(remaining > 0 && last && { continue: writePosition({ revision, after: keyOf(last) }) }),
      ...(remaining > 0 && !isFiltered && { remainingItemCount: remaining }),
    },
    items: page.map(({ kind: _kind, apiVersion: _version, ...item }) => item),
  };
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}

function checkVersion(text: string | null): void {
  if (text === null || /^\d*$/.test(text)) return;
  const why = `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw badRequest(`invalid resource version: ${why}`);
}

function writePosition(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

function readPosition(token: string | null, store: Store): Position | undefined {
  if (!token) return undefined;
  let position: Position;
  try {
    position = JSON.parse(Buffer.from(token, "base64url").toString()) as Position;
  } catch {
    throw badRequest("continue key is not valid: invalid character");
  }
  if (position.revision >= store.compactedRevision) return position;
  throw expired(
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.",
  );
}
