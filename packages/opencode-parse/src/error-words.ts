import { parseJsonObject, stringOrNull } from "./json.ts";

/** The provider's own sentence: errors inside a stream are printed as the JSON that it sent. */
export function errorWords({ message }: { readonly message: string }): string {
  return stringOrNull(parseJsonObject(message)?.message) ?? message;
}
