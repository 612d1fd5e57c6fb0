/** An argument that no API server would accept, found before any request. A retry does not help. */
export class InvalidInputError extends Error {
  override readonly name = "InvalidInputError";
  /** Which argument, such as `namespace` or `labelSelector`. */
  readonly field: string;
  readonly value: unknown;

  constructor(field: string, value: unknown, remedy: string) {
    super(`${field} ${quote(value)} ${remedy}`);
    this.field = field;
    this.value = value;
  }
}

/** A namespace, container or port: RFC 1123 label. */
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
/** The name of most objects: RFC 1123 subdomain, labels with dots between them. */
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** A label's value, and its key after the prefix. */
const QUALIFIED = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** Longest in characters: apimachinery's `util/validation`. */
const LONGEST_LABEL = 63;
const LONGEST_SUBDOMAIN = 253;

/**
 * A namespace or a container: a lowercase RFC 1123 label of at most 63 characters.
 * @throws InvalidInputError
 */
export function assertLabelName(field: string, value: unknown): asserts value is string {
  if (typeof value === "string" && value.length <= LONGEST_LABEL && LABEL.test(value)) return;
  const rule = `must be 1 to ${LONGEST_LABEL} characters of a-z, 0-9 and "-", and begin and end with a letter or digit`;
  throw new InvalidInputError(field, value, rule);
}

/**
 * A pod, Job, Secret, Lease …: a lowercase RFC 1123 subdomain of at most 253 characters.
 * @throws InvalidInputError
 */
export function assertObjectName(field: string, value: unknown): asserts value is string {
  if (typeof value === "string" && value.length <= LONGEST_SUBDOMAIN && SUBDOMAIN.test(value)) return;
  const rule = `must be 1 to ${LONGEST_SUBDOMAIN} characters of a-z, 0-9, "-" and "."`;
  throw new InvalidInputError(field, value, `${rule}, and each part between dots begin and end with a letter or digit`);
}

/**
 * A time that a wait may take, milliseconds. `Infinity`: without a bound.
 * @throws InvalidInputError
 */
export function assertDuration(field: string, value: unknown): asserts value is number {
  if (typeof value === "number" && value >= 0) return;
  throw new InvalidInputError(field, value, "must be milliseconds, 0 or more");
}

/**
 * A label selector as in a URL: `a=b,c!=d,e in (f,g),h notin (i),j,!k`, parted by commas. Empty selects everything.
 * @throws InvalidInputError that names the part which does not fit
 */
export function assertLabelSelector(field: string, value: unknown): asserts value is string {
  if (typeof value !== "string") throw new InvalidInputError(field, value, "must be a string such as a=b,c in (d,e)");
  if (value.trim() === "") return;
  for (const part of value.split(/,(?![^(]*\))/)) {
    const problem = problemOf(part.trim());
    if (problem !== null) throw new InvalidInputError(field, value, `has a part ${quote(part.trim())} ${problem}`);
  }
}

const REQUIREMENT =
  /^(?:(?<absent>!\s*\S+)|(?<set>\S+)\s+(?:not)?in\s*\((?<values>[^()]*)\)|(?<key>[^\s=!<>]+)\s*(?:(?:==?|!=|[<>])\s*(?<value>[^\s=!<>]*))?)$/;

function problemOf(requirement: string): string | null {
  const parts = REQUIREMENT.exec(requirement)?.groups;
  if (!parts) return "that is none of a=b, a!=b, a in (b,c), a notin (b,c), a, !a";
  const key = parts["key"] ?? parts["set"] ?? (parts["absent"] ?? "").slice(1).trim();
  if (!isLabelKey(key)) return `whose key must be [prefix/]name: name of at most ${LONGEST_LABEL} of A-Z a-z 0-9 - _ .`;
  const values = parts["values"]?.split(",") ?? [parts["value"] ?? ""];
  const bad = values.map((value) => value.trim()).find((value) => value !== "" && !isQualified(value));
  return bad === undefined ? null : `whose value must be empty or at most ${LONGEST_LABEL} of A-Z a-z 0-9 - _ .`;
}

function isLabelKey(key: string): boolean {
  const slash = key.indexOf("/");
  if (slash < 0) return isQualified(key);
  const prefix = key.slice(0, slash);
  return prefix.length <= LONGEST_SUBDOMAIN && SUBDOMAIN.test(prefix) && isQualified(key.slice(slash + 1));
}

const isQualified = (text: string): boolean => text.length <= LONGEST_LABEL && QUALIFIED.test(text);

/** The value as it was given, short enough for a message. */
function quote(value: unknown): string {
  const text = typeof value === "string" ? value : String(value);
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
