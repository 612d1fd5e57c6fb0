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

/**
 * The one error of the API server, or of the way to it, that leaves this package. Its message names method, path and server,
 * and repeats the server's words; it holds no query, header, body or token. May be retried where `isTransient` says so.
 */
export class KubernetesError extends Error {
  override readonly name = "KubernetesError";
  /** HTTP status; `null` when no answer came (refused, reset, DNS, TLS), or a success that cannot be read. */
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
