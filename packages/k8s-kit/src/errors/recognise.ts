import { DeadlineError } from "../time/deadline.ts";
import { KubernetesError } from "./kubernetes-error.ts";
import { parseRetryAfter } from "./retry-after.ts";
import { field, readStatusBody } from "./status-body.ts";

/** What an error, of whatever make, says about a request to the API server. */
export type ErrorFacts =
  /** The server answered. */
  | {
      readonly kind: "answer";
      readonly status: number;
      /** Kubernetes' machine-readable reason, where the error kept it. */
      readonly reason: string | null;
      readonly retryAfterMs: number | null;
    }
  /** No answer came, and the next try may get one: refused, reset, DNS, a time limit. */
  | { readonly kind: "no-answer" }
  /** No answer will come before somebody changes something: the certificate of one side is not accepted by the other. */
  | { readonly kind: "certificate" };

/** Causes inside causes: undici has two, proxies and wrappers a few more. A ring ends here, too. */
const DEPTH = 8;

/** Codes of Node's sockets and resolver, of its streams, and of undici (`UND_ERR_…`), behind which there was no answer. */
const NO_ANSWER =
  /^(E(CONN|HOST|NET|PIPE|TIMEDOUT|AI_|NOTFOUND|SOCKET|PROTO$|ADDRNOTAVAIL)|ENOTFOUND$|ERR_STREAM_PREMATURE_CLOSE$|UND_ERR_(SOCKET|(CONNECT|HEADERS|BODY)_TIMEOUT|PRX_CONN|DESTROYED|CLOSED)|ERR_SSL_|ERR_HTTP2_|ERR_SOCKET_)/;

/** Node's codes for a certificate that was not accepted (node:tls, "X509 certificate error codes"). */
const CERTIFICATE =
  /^(UNABLE_TO_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_|INVALID_CA$|INVALID_PURPOSE$|HOSTNAME_MISMATCH$|ERR_SSL_TLSV1\d?_ALERT_|ERR_SSL_SSLV3_ALERT_)/;

/** A time limit: of ours, of `AbortSignal.timeout`, of client-node's watch. */
const TIMED_OUT = new Set(["TimeoutError", "DeadlineError", "HeadersTimeoutError", "BodyTimeoutError"]);

/**
 * Reads an error of this package, one that client-node 0.x, 1.x or 2.x threw, a `Status`, a `Response`, or anything that
 * carries one of these as its cause. `null` when it says nothing about a request. Never throws.
 */
export function readError(error: unknown): ErrorFacts | null {
  return read(error, DEPTH);
}

function read(error: unknown, depth: number): ErrorFacts | null {
  if (depth === 0) return null;
  if (error instanceof KubernetesError) return ofOurs(error, depth);
  if (error instanceof DeadlineError) return { kind: "no-answer" };
  if (typeof error === "string") return ofAnswer({ body: error });
  if (typeof error !== "object" || error === null) return null;
  return ofAnswer(error) ?? ofCode(error) ?? read(field(error, "cause"), depth - 1) ?? ofMany(error, depth);
}

function ofOurs(error: KubernetesError, depth: number): ErrorFacts {
  const { status, reason, retryAfterMs } = error;
  if (status !== null) return { kind: "answer", status, reason, retryAfterMs };
  const cause = read(error.cause, depth - 1);
  return cause?.kind === "certificate" ? cause : { kind: "no-answer" };
}

/**
 * The status of an answer is in `statusCode` (0.x; watches of all), `code` (1.x, 2.x), `response.statusCode` (0.x) or
 * `status` (fetch); its reason only in the body, which is an object (0.x), JSON (1.x, 2.x), or missing (logs, watches).
 */
function ofAnswer(error: object): ErrorFacts | null {
  const response = objectOr(field(error, "response"));
  // 0.x's KubernetesObjectApi empties the body of the error, and leaves that of the response.
  const bodies = [field(error, "body"), response && field(response, "body"), error].map(readStatusBody);
  const codes = [field(error, "statusCode"), field(error, "code"), field(error, "status")];
  const ofResponse = response ? [field(response, "statusCode"), field(response, "status")] : [];
  const status = [...codes, ...ofResponse, ...bodies.map((body) => body?.code)].find(isFailure);
  if (status === undefined) return null;
  const told = bodies.find((body) => body?.reason) ?? bodies.find((body) => body !== null);
  const header = retryAfterHeader(error) ?? (response && retryAfterHeader(response)) ?? told?.retryAfterSeconds;
  // A date is told from the present: whoever asks, asks now.
  const retryAfterMs = parseRetryAfter(header, Date.now());
  return { kind: "answer", status, reason: told?.reason ?? null, retryAfterMs };
}

function ofCode(error: object): ErrorFacts | null {
  const code = field(error, "code");
  if (typeof code === "string" && CERTIFICATE.test(code)) return { kind: "certificate" };
  if (typeof code === "string" && NO_ANSWER.test(code)) return { kind: "no-answer" };
  const name = field(error, "name");
  return typeof name === "string" && TIMED_OUT.has(name) ? { kind: "no-answer" } : null;
}

/** Several errors in one say what all of them say: the addresses of one host, or calls that failed alike. */
function ofMany(error: object, depth: number): ErrorFacts | null {
  const errors = field(error, "errors");
  if (!Array.isArray(errors) || errors.length === 0) return null;
  const facts = errors.slice(0, 100).map((one) => read(one, depth - 1));
  const [first] = facts;
  if (!first) return null;
  const same = (other: ErrorFacts | null): boolean =>
    other?.kind === first.kind && (other.kind !== "answer" || first.kind !== "answer" || sameAnswer(other, first));
  return facts.every(same) ? first : null;
}

type Answer = Extract<ErrorFacts, { kind: "answer" }>;
const sameAnswer = (a: Answer, b: Answer): boolean => a.status === b.status && a.reason === b.reason;

function retryAfterHeader(holder: object): unknown {
  const headers = objectOr(field(holder, "headers"));
  if (!headers) return undefined;
  return headers instanceof Headers ? (headers.get("retry-after") ?? undefined) : field(headers, "retry-after");
}

const objectOr = (value: unknown): object | null => (typeof value === "object" ? value : null);
const isFailure = (code: unknown): code is number => typeof code === "number" && code >= 400 && code <= 599;
