import type { ObjectMeta } from "../wire.ts";

/**
 * Who made an object, as a create leaves it in `metadata.managedFields`: the request's `fieldManager`. Which fields are whose is
 * told down to lists, which count as one field; later writers are not added.
 */
export function managedBy(
  manager: string,
  object: object,
  apiVersion: string,
): NonNullable<ObjectMeta["managedFields"]> {
  const { metadata, ...rest } = object as { metadata?: object };
  const { kind: _, apiVersion: __, ...fields } = rest as Record<string, unknown>;
  const entry = { manager, operation: "Update", apiVersion, fieldsType: "FieldsV1" };
  return [{ ...entry, fieldsV1: fieldsOf({ ...(metadata && { metadata }), ...fields }) }];
}

function fieldsOf(value: unknown): object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [`f:${key}`, fieldsOf(field)]));
}
