import { objectOrEmpty } from "./json.ts";

/** `provider/model` of what OpenCode prints for one, `{providerID, modelID}`; null where it is none. */
export function modelName(value: unknown): string | null {
  const { providerID, modelID } = objectOrEmpty(value);
  return typeof providerID === "string" && typeof modelID === "string" ? `${providerID}/${modelID}` : null;
}
