import { type FailedRequest, KubernetesError } from "./kubernetes-error.ts";
import { parseRetryAfter } from "./retry-after.ts";
import { readStatusBody } from "./status-body.ts";

/** A proxy's page of HTML is no message; what is longer than this, in characters, is cut. */
const LONGEST_MESSAGE = 2_000;

/** The error of a response that is not 2xx. Reads its body, which is a `Status` object or plain text. `now`: wall clock, ms. */
export async function errorOfResponse(
  response: Response,
  request: FailedRequest,
  now: number,
): Promise<KubernetesError> {
  const text = await response.text().catch(() => "");
  const status = readStatusBody(text);
  const words = redirection(response) ?? status?.message ?? (text.trim() || response.statusText);
  return new KubernetesError(`${request.method} ${request.path}: ${response.status} ${shorten(words)}`, {
    status: response.status,
    reason: status?.reason ?? null,
    retryAfterMs: parseRetryAfter(response.headers.get("retry-after") ?? status?.retryAfterSeconds, now),
    request,
  });
}

/** Where an answer leads that is followed nowhere; of its address the origin only, because the rest may hold a secret. */
function redirection({ status, headers }: Response): string | null {
  const location = headers.get("location");
  if (status < 300 || status > 399 || location === null) return null;
  const where = URL.parse(location)?.origin ?? "another path";
  return `the server redirects to ${where}, which is not followed; give the API server's own address in the kubeconfig`;
}

/** The error of a success that nobody can read, such as the login page of a proxy. Quotes nothing of it: it may hold a Secret. */
export function errorOfUnreadable(
  { status, headers }: Response,
  { length }: string,
  request: FailedRequest,
): KubernetesError {
  const type = headers.get("content-type") ?? "no type";
  const what = `${status}, but ${length} characters of ${shorten(type)} that are no JSON: is it the API server that answers?`;
  return new KubernetesError(`${request.method} ${request.path}: ${what}`, { status: null, request });
}

/** The error of an `ERROR` event in a watch, whose object is a `Status`. */
export function errorOfStatus(object: unknown, request: FailedRequest): KubernetesError {
  const status = readStatusBody(object);
  const words = shorten(status?.message ?? "an error without a message");
  return new KubernetesError(`${request.method} ${request.path}: ${status?.code ?? ""} ${words}`, {
    status: status?.code ?? null,
    reason: status?.reason ?? null,
    retryAfterMs: parseRetryAfter(status?.retryAfterSeconds, 0),
    request,
  });
}

/** The error of a request that got no answer: the cause says why, though seldom (never for TLS) which server it was. */
export function errorOfConnection(cause: unknown, request: FailedRequest, server: string): KubernetesError {
  const { method, path } = request;
  forgetContent(cause);
  const message = `${method} ${path}: no answer from the API server ${server}: ${describe(cause)}`;
  return new KubernetesError(message, { status: null, request, cause });
}

/** undici's parser keeps what it did not understand (`HTTPParserError.data`): part of an answer. */
function forgetContent(error: unknown): void {
  const parserError = error instanceof Error ? error.cause : null;
  if (parserError instanceof Error && "data" in parserError) delete parserError.data;
}

/** undici wraps what happened ("fetch failed", "terminated"); the innermost cause is what an operator can act on. */
function describe(error: unknown): string {
  let innermost = error;
  // Bounded: a chain of causes may be a ring.
  for (let depth = 0; depth < 10 && innermost instanceof Error && innermost.cause instanceof Error; depth += 1) {
    innermost = innermost.cause;
  }
  if (innermost instanceof AggregateError && innermost.errors.length > 0) innermost = innermost.errors[0];
  return shorten(innermost instanceof Error ? innermost.message || innermost.name : String(innermost));
}

function shorten(words: string): string {
  return words.length > LONGEST_MESSAGE ? `${words.slice(0, LONGEST_MESSAGE)}…` : words;
}
