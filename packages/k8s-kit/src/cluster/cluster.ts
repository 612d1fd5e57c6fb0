import {
  errorOfConnection,
  errorOfResponse,
  errorOfUnreadable,
  type FailedRequest,
  InvalidInputError,
  KubernetesError,
  readError,
} from "../errors/index.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import { abortable, deadline } from "../time/deadline.ts";
import type { ClusterObserver } from "./cluster-observer.ts";
import { type Patch, PATCH_MEDIA_TYPES } from "./patch.ts";
import { retry } from "./retry.ts";
import type { Fetch, Transport } from "./transport.ts";

/** What a {@link Cluster} is made of. `connectCluster` makes one from a kubeconfig; tests pass a transport of their own. */
export interface ClusterOptions {
  /** URL of the API server, without a slash at the end. */
  readonly server: string;
  readonly transport: Transport;
  /** This machine's unless given. */
  readonly clock?: Clock;
  /** Uniform in [0, 1); spreads retries. */
  readonly random?: () => number;
  /** Told of each request, and of each watch that was lost. */
  readonly observer?: ClusterObserver;
}

/** Of a request's URL; what is `undefined` is left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RequestOptions {
  readonly query?: Query;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Bound on one answer, milliseconds; 15,000 unless given. What is waited for calls before it comes on top. */
  readonly timeoutMs?: number;
}

/** Bound on one answer of the API server: its own limit for a request that is not a stream is 60 s, its SLO 1 s. */
const ANSWER_TIMEOUT_MS = 15_000;
/** Bound on the wait for the calls before: some turns of a server that does not answer. */
const TURN_TIMEOUT_MS = 60_000;

/** In the audit log, and in `managedFields` the manager of what was written. */
const USER_AGENT = "k8s-kit";

interface Outgoing {
  readonly fetch: Fetch;
  readonly request: FailedRequest;
  readonly query: Query | undefined;
  readonly body: string | null;
  readonly mediaType: string;
  readonly signal: AbortSignal;
}

/** One Kubernetes API server: authenticated requests and streams, with typed errors. Knows no resource. */
export class Cluster {
  readonly server: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly observer: ClusterObserver;
  readonly #transport: Transport;
  #closed: Error | null = null;

  constructor(options: ClusterOptions) {
    this.server = options.server;
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? Math.random;
    this.observer = options.observer ?? {};
    this.#transport = options.transport;
  }

  /**
   * One request, one JSON answer. Never repeated, except once with a new token after a 401.
   * @throws KubernetesError for a status that is not 2xx and for no answer; DeadlineError `timeoutMs` (15 s by default) after it
   *   was sent, or when the calls before kept it from being sent for a minute; the signal's reason. After a POST without an
   *   answer nobody knows whether it had an effect.
   */
  request<T>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, options: RequestOptions = {}): Promise<T> {
    return this.#call(method, path, "application/json", options);
  }

  /**
   * Changes an object. Never repeated, as {@link request}.
   * @throws as {@link request}; 409 when an `apply` meets another manager's field, 415 when the type refuses the strategy
   */
  patch<T>(path: string, patch: Patch, options: Omit<RequestOptions, "body"> = {}): Promise<T> {
    const { strategy, body } = patch;
    const apply = strategy === "apply" && { fieldManager: patch.fieldManager, force: patch.force };
    const query = { ...options.query, ...apply };
    return this.#call("PATCH", path, PATCH_MEDIA_TYPES[strategy], { ...options, query, body });
  }

  /**
   * A request that may be repeated: tried again, with jitter, while the failure is transient and the signal allows.
   * Only for what has the same effect twice (a get, a list, a delete with a uid).
   * @throws as {@link request}, but nothing transient before the signal aborts
   */
  persist<T>(
    method: "GET" | "DELETE",
    path: string,
    options: RequestOptions & { readonly signal: AbortSignal },
  ): Promise<T> {
    return retry(this, options.signal, () => this.request<T>(method, path, options));
  }

  /**
   * A response whose body is read as it comes. Bounded until the headers are there; from then on only the signal ends it.
   * Never repeated, except once with a new token after a 401. The body, as it is read, rejects with what ended the connection.
   * @throws as {@link request}, its bound being 15 s
   */
  async stream(path: string, options: { readonly query?: Query; readonly signal: AbortSignal }): Promise<Response> {
    using limit = deadline(this.clock, ANSWER_TIMEOUT_MS, `GET ${path}`, options.signal);
    const tooLate = new AbortController();
    const signal = AbortSignal.any([options.signal, tooLate.signal]);
    const giveUp = (): void => tooLate.abort(limit.signal.reason);
    limit.signal.addEventListener("abort", giveUp, { once: true });
    try {
      return await this.#send({
        fetch: this.#transport.stream,
        request: { method: "GET", path },
        query: options.query,
        body: null,
        mediaType: "",
        signal,
      });
    } finally {
      limit.signal.removeEventListener("abort", giveUp);
    }
  }

  /** Ends all connections; streams that are open end with an error, and requests fail for good, not as something transient. */
  async close(): Promise<void> {
    this.#closed ??= new Error(`the connection to ${this.server} was closed by this program`);
    await this.#transport.close();
  }

  async #call<T>(method: string, path: string, mediaType: string, options: RequestOptions): Promise<T> {
    const { query, body, timeoutMs = ANSWER_TIMEOUT_MS } = options;
    using _ = await this.#turn(`${method} ${path}`, options.signal);
    using limit = deadline(this.clock, timeoutMs, `${method} ${path}`, options.signal);
    const { signal } = limit;
    const request = { method, path };
    const sent = body === undefined ? null : JSON.stringify(body);
    const response = await this.#send({
      fetch: this.#transport.call,
      request,
      query,
      body: sent,
      mediaType,
      signal,
    });
    let text: string;
    try {
      text = await response.text();
    } catch (error) {
      signal.throwIfAborted();
      throw errorOfConnection(error, request, this.server);
    }
    try {
      return JSON.parse(text) as T;
    } catch {
      throw errorOfUnreadable(response, text, request);
    }
  }

  /** Apart from the answer's bound: hundreds of calls at once wait for each other, and none of them is to be given up and sent again. */
  async #turn(what: string, signal: AbortSignal | undefined): Promise<Disposable | undefined> {
    if (!this.#transport.turn) return undefined;
    using limit = deadline(this.clock, TURN_TIMEOUT_MS, `the turn of ${what}`, signal);
    return await this.#transport.turn(limit.signal);
  }

  async #send(outgoing: Outgoing): Promise<Response> {
    const { path } = outgoing.request;
    if (!path.startsWith("/") || /[?#\s]/.test(path)) {
      throw new InvalidInputError("path", path, "must be a path from / on, and its query be given apart from it");
    }
    let response = await this.#sendOnce(outgoing, false);
    // A token that has just been rotated: one new one, then fail (client-node issues 1240 and 317).
    if (response.status === 401) {
      await response.body?.cancel();
      response = await this.#sendOnce(outgoing, true);
    }
    if (!response.ok) throw await errorOfResponse(response, outgoing.request, this.clock.now());
    return response;
  }

  async #sendOnce({ fetch, request, query, body, mediaType, signal }: Outgoing, renew: boolean): Promise<Response> {
    if (this.#closed) throw this.#closed;
    const credentials = await this.#authenticate(renew, request, signal);
    const headers = { accept: "application/json", "user-agent": USER_AGENT, ...credentials };
    const content = body === null ? {} : { "content-type": mediaType };
    const init = { method: request.method, headers: { ...headers, ...content }, body, signal };
    let status: number | null = null;
    try {
      const response = await fetch(`${this.server}${request.path}${queryString(query)}`, init);
      ({ status } = response);
      return response;
    } catch (error) {
      signal.throwIfAborted();
      throw this.#closed ?? errorOfConnection(error, request, this.server);
    } finally {
      this.observer.onRequest?.({ method: request.method, status });
    }
  }

  async #authenticate(renew: boolean, request: FailedRequest, signal: AbortSignal): Promise<Record<string, string>> {
    try {
      // An exec plugin may wait for somebody to press a key.
      return await abortable(this.#transport.headers(renew), signal);
    } catch (cause) {
      signal.throwIfAborted();
      const why = cause instanceof Error ? cause.message : String(cause);
      // Whoever gives them may come back; what he refused stays refused.
      const status = readError(cause)?.kind === "no-answer" ? null : 401;
      throw new KubernetesError(`No credentials for the API server: ${why}`, { status, request, cause });
    }
  }
}

function queryString(query: Query | undefined): string {
  const pairs = Object.entries(query ?? {}).flatMap(([key, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`],
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}
