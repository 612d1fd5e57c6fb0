import type { KubeObject } from "../wire.ts";
import { parseFieldSelector } from "./field-selector.ts";
import { parseLabelSelector } from "./label-selector.ts";
import type { ResourceType } from "./resources.ts";
import { badRequest } from "./status.ts";

/** Which objects of a collection a request is about. */
export type Filter = (object: KubeObject) => boolean;

/** @throws ApiFailure 400 for a selector that does not parse */
export function readFilter(query: URLSearchParams, resource: ResourceType, namespace: string | undefined): Filter {
  const hasLabels = parseLabelSelector(query.get("labelSelector") ?? "");
  const hasFields = parseFieldSelector(query.get("fieldSelector") ?? "", resource);
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    hasLabels(object.metadata.labels ?? {}) &&
    hasFields(object);
}

/** @throws ApiFailure 400 when the parameter is there and no whole number */
export function readInteger(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

export function readBoolean(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  return text !== null && !["false", "0"].includes(text.toLowerCase());
}
