/** One step of a JSON patch (RFC 6902). */
export type JsonPatchStep =
  | { readonly op: "add" | "replace" | "test"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move" | "copy"; readonly from: string; readonly path: string };

/**
 * A change to an object, and how the server shall read it: there is no default, because each server-side meaning is another.
 *
 * - `merge`: fields replace fields, `null` removes one, lists are replaced whole (RFC 7386)
 * - `strategic`: as `merge`, but lists of Kubernetes' own types are merged by their key; custom resources refuse it (415)
 * - `json`: steps that succeed together or not at all (RFC 6902)
 * - `apply`: these fields are `fieldManager`'s from now on; a conflict with another manager is a 409 unless `force`
 */
export type Patch =
  | { readonly strategy: "merge" | "strategic"; readonly body: object }
  | { readonly strategy: "json"; readonly body: readonly JsonPatchStep[] }
  | { readonly strategy: "apply"; readonly body: object; readonly fieldManager: string; readonly force?: boolean };

/** By the media type alone the API server knows which patch it is. JSON is YAML, so an apply may be sent as JSON. */
export const PATCH_MEDIA_TYPES: Readonly<Record<Patch["strategy"], string>> = {
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  json: "application/json-patch+json",
  apply: "application/apply-patch+yaml",
};
