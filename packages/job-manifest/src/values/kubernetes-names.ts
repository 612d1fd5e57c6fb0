import { ManifestError } from "./manifest-error.ts";

/** Longest DNS subdomain, and longest prefix of a label's key. */
const MAX_SUBDOMAIN = 253;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const NAME_PART = /^[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?$/;

/**
 * Returns the name if an object of the cluster can have it.
 * @throws {ManifestError} naming the field.
 */
export function objectName(field: string, name: string): string {
  if (isSubdomain(name)) return name;
  throw refused(field, name, "give a name of lower-case letters, digits, dashes and dots, at most 253 characters");
}

/**
 * As {@link objectName}, for names that Kubernetes wants shorter and without dots.
 * @throws {ManifestError} naming the field.
 */
export function dnsLabel(field: string, name: string): string {
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return name;
  throw refused(field, name, "give a name of lower-case letters, digits and dashes, at most 63 characters");
}

/**
 * Returns the key if a label or an annotation can have it: `name` or `prefix/name`.
 * @throws {ManifestError} naming the field.
 */
export function labelKey(field: string, key: string): string {
  if (isLabelKey(key)) return key;
  const remedy =
    "write it as name or prefix/name, of letters, digits, dashes, dots and underscores, at most 63 after /";
  throw refused(field, key, remedy);
}

export function isLabelKey(key: string): boolean {
  const slash = key.indexOf("/");
  return NAME_PART.test(key.slice(slash + 1)) && (slash === -1 || isSubdomain(key.slice(0, slash)));
}

/**
 * Returns the value if a label can have it unchanged. What must not be refused is made one by `labelValue` of names.ts.
 * @throws {ManifestError} naming the field.
 */
export function exactLabelValue(field: string, value: string): string {
  if (value === "" || NAME_PART.test(value)) return value;
  throw refused(
    field,
    value,
    "use letters, digits, dashes, dots and underscores, at most 63, none of the signs outside",
  );
}

/**
 * Returns the value if it is one of these.
 * @throws {ManifestError} naming the field.
 */
export function oneOf<T extends string>(field: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found !== undefined) return found;
  throw refused(field, value, `give one of ${allowed.join(", ")}`);
}

/** The error of a field whose value is no secret. */
export function refused(field: string, value: unknown, remedy: string): ManifestError {
  const shown = JSON.stringify(value)?.slice(0, 200) ?? typeof value;
  return new ManifestError(field, `is ${shown}`, remedy);
}

function isSubdomain(name: string): boolean {
  return name.length <= MAX_SUBDOMAIN && SUBDOMAIN.test(name);
}
