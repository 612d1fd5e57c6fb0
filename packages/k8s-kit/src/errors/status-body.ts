/** What a Kubernetes `Status` says: the body of an answer that is no success, or the object of a watch's `ERROR` event. */
export interface StatusBody {
  readonly code: number | null;
  /** Machine-readable, such as `NotFound`. */
  readonly reason: string | null;
  readonly message: string | null;
  readonly retryAfterSeconds: number | null;
}

/** Reads a `Status`, given as an object or as JSON; `null` for anything else. */
export function readStatusBody(body: unknown): StatusBody | null {
  const status = typeof body === "string" ? parse(body) : body;
  if (typeof status !== "object" || status === null || field(status, "kind") !== "Status") return null;
  const details = field(status, "details");
  const seconds = typeof details === "object" && details !== null ? field(details, "retryAfterSeconds") : null;
  return {
    code: numberOr(field(status, "code")),
    reason: textOr(field(status, "reason")),
    message: textOr(field(status, "message")),
    retryAfterSeconds: numberOr(seconds),
  };
}

/** A field of a foreign object, whose getter may throw. */
export function field(object: object, name: string): unknown {
  try {
    return (object as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

const numberOr = (value: unknown): number | null => (typeof value === "number" ? value : null);
const textOr = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

function parse(text: string): unknown {
  if (!text.trimStart().startsWith("{")) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
