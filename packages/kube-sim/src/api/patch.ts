import type { Draft, Store } from "../store/store.ts";
import type { KubeObject } from "../wire.ts";
import { jsonPatch, type PatchStep } from "./json-patch.ts";
import { dropUnknownFields } from "./known-fields.ts";
import { mergePatch } from "./merge-patch.ts";
import type { ResourceType } from "./resources.ts";
import { ApiFailure, badRequest, invalid, notFound } from "./status.ts";
import { strategicMergePatch } from "./strategic-merge-patch.ts";
import type { WriteOptions } from "./write-options.ts";
import { replaceObject } from "./write.ts";

/** A patch before it was read. */
export interface PatchText {
  contentType: string | null;
  body: string;
}

/** What a patch of a media type makes of an object, once its text is parsed. Server-side apply is not simulated. */
const FORMATS: Record<string, { apply: (object: unknown, patch: unknown) => unknown; goType: string }> = {
  "application/merge-patch+json": { apply: mergePatch, goType: "map[string]interface {}" },
  "application/strategic-merge-patch+json": { apply: strategicMergePatch, goType: "map[string]interface {}" },
  "application/json-patch+json": {
    apply: (object, patch) => jsonPatch(object, patch as PatchStep[]),
    goType: "[]handlers.jsonPatchOp",
  },
};

/**
 * Changes an object by a patch. A patch that names a `resourceVersion` is for that version only.
 * @throws ApiFailure 404, 409, 400 and 422, and 415 for a media type that is no patch
 */
export function patchObject(
  store: Store,
  resource: ResourceType,
  namespace: string | undefined,
  name: string,
  text: PatchText,
  options: WriteOptions,
): { object: KubeObject; unknown: string[] } {
  const format = FORMATS[text.contentType?.split(";")[0]?.trim() ?? ""];
  if (!format) throw new ApiFailure(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
  const before = store.get(resource, namespace, name);
  if (!before) throw notFound(resource, name);
  const merged = format.apply(before, parse(text.body, format.goType)) as KubeObject;
  const asSent = JSON.stringify(merged);
  const unknown = dropUnknownFields(resource, merged);
  if (unknown.length > 0 && options.fieldValidation === "Strict") throw strict(asSent, unknown);
  if (merged.metadata.uid !== before.metadata.uid) {
    // A real server complains of the Job's selector, too.
    const message = `Invalid value: ${JSON.stringify(merged.metadata.uid)}: field is immutable`;
    throw invalid(resource, name, [{ reason: "FieldValueInvalid", message, field: "metadata.uid" }]);
  }
  const object = replaceObject(store, resource, namespace, name, merged as unknown as Draft, options);
  return { object, unknown };
}

function parse(body: string, goType: string): unknown {
  let patch: unknown;
  try {
    patch = JSON.parse(body);
  } catch (error) {
    throw badRequest(`error decoding patch: ${(error as Error).message}`);
  }
  const wantsList = goType.startsWith("[]");
  if (Array.isArray(patch) === wantsList) return patch;
  const found = Array.isArray(patch) ? "array" : "object";
  throw badRequest(`error decoding patch: json: cannot unmarshal ${found} into Go value of type ${goType}`);
}

/** A patch is judged as a whole: the server shows the object that it would have made. */
function strict(merged: string, unknown: string[]): ApiFailure {
  const fields = unknown.map((path) => `unknown field ${JSON.stringify(path)}`).join(", ");
  const message = `Invalid value: ${JSON.stringify(merged)}: strict decoding error: ${fields}`;
  return invalid({ kind: "", group: "" }, "", [{ reason: "FieldValueInvalid", message, field: "patch" }]);
}
