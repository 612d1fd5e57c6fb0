import type { Draft } from "../store/store.ts";
import { badValue, matches } from "./validate-metadata.ts";
import { badRequest, type FieldError } from "./status.ts";

const KEY = "[-._a-zA-Z0-9]+";
const KEY_RULE = `a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '${KEY}')`;

/** All values of a Secret together, in bytes as they will be in the file (`MaxSecretSize`). */
const MAX_BYTES = 1024 * 1024;

/**
 * What is wrong with the data of a Secret.
 * @throws ApiFailure 400 for data that is not base64
 */
export function secretErrors(secret: Draft): FieldError[] {
  const data = (secret.data ?? {}) as Record<string, string>;
  const text = (secret.stringData ?? {}) as Record<string, string>;
  for (const value of Object.values(data)) checkBase64(value);
  const names = new Set([...Object.keys(data), ...Object.keys(text)]);
  const errors = [...names]
    .filter((name) => !matches(KEY, name))
    .map((name) => badValue(`data[${name}]`, name, KEY_RULE));
  const kept = Object.entries(data).filter(([name]) => text[name] === undefined);
  const bytes =
    kept.reduce((sum, [, value]) => sum + Buffer.byteLength(value, "base64"), 0) +
    Object.values(text).reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  if (bytes > MAX_BYTES) {
    errors.push({
      reason: "FieldValueTooLong",
      message: `Too long: may not be more than ${MAX_BYTES} bytes`,
      field: "data",
    });
  }
  return errors;
}

function checkBase64(text: string): void {
  const isWhole = text.length % 4 === 0;
  const at = text.search(/[^A-Za-z0-9+/=]/);
  if (isWhole && at < 0) return;
  throw badRequest(
    `Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte ${at < 0 ? text.length : at}`,
  );
}
