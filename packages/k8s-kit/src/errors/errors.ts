/** What was asked of the API server. Never carries a header, a body or a query: those may hold secrets. */
export interface FailedRequest {
  readonly method: string;
  readonly path: string;
}

interface KubernetesErrorOptions {
  readonly status: number | null;
  readonly reason?: string | null;
  readonly retryAfterMs?: number | null;
  readonly request: FailedRequest;
  readonly cause?: unknown;
}

/** The one error of the API server, or of the way to it, that leaves this package. */
export class KubernetesError extends Error {
  override readonly name = "KubernetesError";
  /** HTTP status; `null` when no answer came (refused, reset, DNS, TLS). */
  readonly status: number | null;
  /** Kubernetes' machine-readable reason, such as `NotFound`; `null` when there was none. */
  readonly reason: string | null;
  /** How long the server asked to wait before a retry, in milliseconds. */
  readonly retryAfterMs: number | null;
  readonly request: FailedRequest;

  constructor(message: string, options: KubernetesErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = options.status;
    this.reason = options.reason ?? null;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.request = options.request;
  }
}

const withStatus =
  (status: number, reason?: string) =>
  (error: unknown): error is KubernetesError =>
    error instanceof KubernetesError && error.status === status && (reason === undefined || error.reason === reason);

/** 404: the object, or the namespace it would be in, does not exist. */
export const isNotFound: (error: unknown) => error is KubernetesError = withStatus(404);
/** 409 with reason `AlreadyExists`: a create met an object of that name. */
export const isAlreadyExists: (error: unknown) => error is KubernetesError = withStatus(409, "AlreadyExists");
/** 409: a precondition (uid, resourceVersion) did not hold, or the name is taken. */
export const isConflict: (error: unknown) => error is KubernetesError = withStatus(409);
/** 410: the resourceVersion is too old; list again. */
export const isGone: (error: unknown) => error is KubernetesError = withStatus(410);
/** 401: the credentials were not accepted. */
export const isUnauthorized: (error: unknown) => error is KubernetesError = withStatus(401);
/** 403: the identity has no right to do this, or an admission plugin said no. */
export const isForbidden: (error: unknown) => error is KubernetesError = withStatus(403);

/** Statuses behind which the same request may succeed a moment later (API conventions, "HTTP status codes"). */
const TRANSIENT_STATUS = new Set([408, 425, 429, 500, 502, 503, 504]);

/** May the same request succeed later, unchanged? True also when no answer came at all. */
export function isTransient(error: unknown): error is KubernetesError {
  return error instanceof KubernetesError && (error.status === null || TRANSIENT_STATUS.has(error.status));
}

interface StatusBody {
  readonly reason?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly details?: { readonly retryAfterSeconds?: unknown };
}

/** The error of a response that is not 2xx. Reads its body, which is a `Status` object or plain text. */
export async function errorOfResponse(response: Response, request: FailedRequest): Promise<KubernetesError> {
  const text = await response.text().catch(() => "");
  const status = parseStatus(text);
  const message = typeof status?.message === "string" ? status.message : text.trim() || response.statusText;
  return new KubernetesError(`${request.method} ${request.path}: ${response.status} ${message}`, {
    status: response.status,
    reason: typeof status?.reason === "string" && status.reason !== "" ? status.reason : null,
    retryAfterMs: retryAfterMs(response.headers.get("retry-after"), status),
    request,
  });
}

/** The error of an `ERROR` event in a watch, whose object is a `Status`. */
export function errorOfStatus(status: StatusBody, request: FailedRequest): KubernetesError {
  const code = typeof status.code === "number" ? status.code : null;
  const message = typeof status.message === "string" ? status.message : "an error without a message";
  return new KubernetesError(`${request.method} ${request.path}: ${code ?? ""} ${message}`, {
    status: code,
    reason: typeof status.reason === "string" ? status.reason : null,
    retryAfterMs: retryAfterMs(null, status),
    request,
  });
}

/** The error of a request that got no answer: the cause says why, though seldom (never for TLS) which server it was. */
export function errorOfConnection(cause: unknown, request: FailedRequest, server: string): KubernetesError {
  const { method, path } = request;
  const message = `${method} ${path}: no answer from the API server ${server}: ${describe(cause)}`;
  return new KubernetesError(message, { status: null, request, cause });
}

/** undici wraps what happened ("fetch failed", "terminated"); the innermost cause is what an operator can act on. */
function describe(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause;
  if (innermost instanceof AggregateError && innermost.errors.length > 0) innermost = innermost.errors[0];
  return innermost instanceof Error ? innermost.message || innermost.name : String(innermost);
}

function parseStatus(text: string): StatusBody | null {
  if (!text.startsWith("{")) return null;
  try {
    return JSON.parse(text) as StatusBody;
  } catch {
    return null;
  }
}

function retryAfterMs(header: string | null, status: StatusBody | null): number | null {
  const seconds = header === null ? status?.details?.retryAfterSeconds : Number(header);
  return typeof seconds === "number" && seconds >= 0 ? seconds * 1000 : null;
}
