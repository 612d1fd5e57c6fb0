import type { KubeObject } from "../wire.ts";
import type { ResourceType } from "./resources.ts";
import { badRequest } from "./status.ts";

/**
 * A test for objects from the text of a `fieldSelector`.
 * @throws ApiFailure 400 when the text is no selector, or names a field that this resource cannot select by
 */
export function parseFieldSelector(text: string, resource: ResourceType): (object: KubeObject) => boolean {
  const terms = text
    .split(",")
    .filter((term) => term.trim() !== "")
    .map((term) => parseTerm(term, resource));
  return (object) => terms.every(({ field, equal, value }) => (fieldOf(object, field) === value) === equal);
}

function parseTerm(term: string, resource: ResourceType): { field: string; equal: boolean; value: string } {
  const { field, operator, value } =
    /^(?<field>[^=!]+)(?<operator>==|=|!=)(?<value>.*)$/.exec(term.trim())?.groups ?? {};
  if (field === undefined || value === undefined) {
    throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
  }
  const isKnown = ["metadata.name", "metadata.namespace", ...resource.selectableFields].includes(field);
  if (!isKnown) throw badRequest(`field label not supported: ${field}`);
  return { field, equal: operator !== "!=", value };
}

/** A field that is absent selects like an empty one. */
function fieldOf(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const part of path.split(".")) value = (value as Record<string, unknown> | undefined)?.[part];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
