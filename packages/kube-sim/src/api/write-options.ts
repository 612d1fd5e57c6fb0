import { invalidOption } from "./list-options.ts";

/** How much a writer wants to hear of fields that the server does not know. */
export type FieldValidation = "Ignore" | "Warn" | "Strict";

export interface WriteOptions {
  /** Everything happens but the writing. */
  dryRun: boolean;
  fieldValidation: FieldValidation;
  /** Empty when the client does not say. */
  fieldManager: string;
}

const VALIDATIONS = ["", "Ignore", "Strict", "Warn"];

/**
 * The options of a create, update or patch; `kind` is what the server calls them.
 * @throws ApiFailure 422 for a value that there is not
 */
export function readWriteOptions(query: URLSearchParams, kind: string): WriteOptions {
  const dryRun = query.get("dryRun") ?? "";
  if (!["", "All"].includes(dryRun)) {
    const message = `Unsupported value: ${JSON.stringify([dryRun])}: supported values: "All"`;
    throw invalidOption("dryRun", { reason: "FieldValueNotSupported", message }, kind);
  }
  const validation = query.get("fieldValidation") ?? "";
  if (!VALIDATIONS.includes(validation)) {
    const supported = VALIDATIONS.map((one) => JSON.stringify(one)).join(", ");
    const message = `Unsupported value: ${JSON.stringify(validation)}: supported values: ${supported}`;
    throw invalidOption("fieldValidation", { reason: "FieldValueNotSupported", message }, kind);
  }
  return {
    dryRun: dryRun === "All",
    fieldValidation: validation === "" ? "Warn" : (validation as FieldValidation),
    fieldManager: query.get("fieldManager") ?? "",
  };
}
