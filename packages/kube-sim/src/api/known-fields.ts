import * as models from "@kubernetes/client-node/dist/gen/models/all.js";
import type { ResourceType } from "./resources.ts";

/** Field names of a model, and the models of its fields. */
interface Model {
  getAttributeTypeMap(): { baseName: string; type: string }[];
}

/** Kinds whose model has another name than its version and kind. */
const MODEL_NAMES: Record<string, string> = { Event: "CoreV1Event" };

/**
 * Takes out of an object what its kind does not have, as the API server does when it decodes it, and returns the paths
 * of what was taken, in the order of the text. What a kind has is read from the models that client-node generates from
 * the server's own description.
 */
export function dropUnknownFields(resource: ResourceType, object: object): string[] {
  const unknown: string[] = [];
  drop(modelOf(MODEL_NAMES[resource.kind] ?? `V1${resource.kind}`), object, "", unknown);
  return unknown;
}

function drop(model: Model | undefined, value: unknown, path: string, unknown: string[]): void {
  if (!model || typeof value !== "object" || value === null) return;
  const types = new Map(model.getAttributeTypeMap().map(({ baseName, type }) => [baseName, type]));
  for (const [key, field] of Object.entries(value)) {
    const type = types.get(key);
    const place = path === "" ? key : `${path}.${key}`;
    if (type === undefined) {
      unknown.push(place);
      delete (value as Record<string, unknown>)[key];
      continue;
    }
    const item = /^Array<(.+)>$/.exec(type)?.[1];
    if (item === undefined) drop(modelOf(type), field, place, unknown);
    else if (Array.isArray(field))
      field.forEach((one, index) => drop(modelOf(item), one, `${place}[${index}]`, unknown));
  }
}

/** Undefined for strings, numbers, maps and whatever else has no fields of its own. */
function modelOf(name: string): Model | undefined {
  const found = (models as unknown as Record<string, Partial<Model> | undefined>)[name];
  return found?.getAttributeTypeMap ? (found as Model) : undefined;
}
