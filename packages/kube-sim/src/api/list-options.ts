import type { Store } from "../store/store.ts";
import { ApiFailure, badRequest, expired, type FieldError, invalid } from "./status.ts";

/** The revision that a list shows; `undefined` is the newest. */
export type ListedRevision = number | undefined;

const MATCHES = ["Exact", "NotOlderThan"];

/**
 * The revision that `resourceVersion` and `resourceVersionMatch` ask for. The simulator's cache is never behind, so "not
 * older than" is the newest.
 * @throws ApiFailure 400 and 422 for parameters that do not fit, 410 for one that is compacted, 504 for one that is to come
 */
export function readRevision(query: URLSearchParams, store: Store): ListedRevision {
  const text = query.get("resourceVersion") ?? "";
  const match = query.get("resourceVersionMatch") ?? "";
  const why = whyNotMatching(match, text);
  if (why) throw invalidOption("resourceVersionMatch", why);
  if (!/^\d*$/.test(text)) {
    const value = JSON.stringify(text);
    const reason = `Invalid value: ${value}: strconv.ParseUint: parsing ${value}: invalid syntax`;
    throw badRequest(`invalid resource version: resourceVersion: ${reason}`);
  }
  const revision = Number(text);
  if (revision > store.revision) throw tooLarge(revision, store.revision);
  if (match !== "Exact") return undefined;
  if (revision < store.compactedRevision) throw expired("The resourceVersion for the provided list is too old.");
  return revision;
}

/** 422 for one of a request's own options, which have a kind of their own. */
export function invalidOption(
  field: string,
  { reason, message }: Omit<FieldError, "field">,
  kind: string = "ListOptions",
): ApiFailure {
  return invalid({ kind, group: "meta.k8s.io" }, "", [{ reason, message, field }]);
}

function whyNotMatching(match: string, version: string): Omit<FieldError, "field"> | undefined {
  const forbidden = (why: string): Omit<FieldError, "field"> => ({
    reason: "FieldValueForbidden",
    message: `Forbidden: resourceVersionMatch ${why}`,
  });
  if (match === "") return undefined;
  if (version === "") return forbidden("is forbidden unless resourceVersion is provided");
  if (!MATCHES.includes(match)) {
    const supported = [...MATCHES, ""].map((one) => JSON.stringify(one)).join(", ");
    const message = `Unsupported value: ${JSON.stringify(match)}: supported values: ${supported}`;
    return { reason: "FieldValueNotSupported", message };
  }
  return match === "Exact" && version === "0" ? forbidden('"exact" is forbidden for resourceVersion "0"') : undefined;
}

function tooLarge(asked: number, current: number): ApiFailure {
  const message = `Timeout: Too large resource version: ${asked}, current: ${current}`;
  const causes = [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" } as const];
  return new ApiFailure(504, "Timeout", message, { causes, retryAfterSeconds: 1 });
}
