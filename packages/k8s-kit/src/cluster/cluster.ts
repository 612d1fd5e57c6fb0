import { Backoff } from "../time/backoff.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import { abortable, deadline } from "../time/deadline.ts";
import {
  errorOfConnection,
  errorOfResponse,
  type FailedRequest,
  isTransient,
  isUnauthorized,
  KubernetesError,
  retryAfterMs,
} from "../errors/index.ts";

/** The part of `fetch` that this library uses; a simulator or a test passes its own. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How requests reach the API server. */
export interface Transport {
  /** For requests that are answered at once. */
  readonly call: Fetch;
  /** For watches and log follows: no bound on the silence of the body, so that a quiet stream is not an error. */
  readonly stream: Fetch;
  /** Headers that authenticate a request. `renew` asks for a new token, after the last one met a 401. */
  headers(renew: boolean): Promise<Record<string, string>>;
  /** Ends all connections. */
  close(): Promise<void>;
}

export interface ClusterOptions {
  /** URL of the API server, without a slash at the end. */
  readonly server: string;
  readonly transport: Transport;
  readonly clock?: Clock;
  /** Uniform in [0, 1); spreads retries. */
  readonly random?: () => number;
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RequestOptions {
  readonly query?: Query;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Bound on one try, milliseconds. */
  readonly timeoutMs?: number;
}

/** Bound on one answer of the API server: its own limit for a request that is not a stream is 60 s, its SLO 1 s. */
const ANSWER_TIMEOUT_MS = 15_000;

/** One Kubernetes API server: authenticated requests and streams, with typed errors. Knows no resource. */
export class Cluster {
  readonly server: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly #transport: Transport;

  constructor(options: ClusterOptions) {
    this.server = options.server;
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? Math.random;
    this.#transport = options.transport;
  }

  /**
   * One request, one JSON answer.
   * @throws KubernetesError for a status that is not 2xx and for no answer; DeadlineError after `timeoutMs`; the signal's reason.
   */
  async request<T>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, options: RequestOptions = {}): Promise<T> {
    const timeoutMs = options.timeoutMs ?? ANSWER_TIMEOUT_MS;
    using limit = deadline(this.clock, timeoutMs, `${method} ${path}`, options.signal);
    const response = await this.#send(this.#transport.call, method, path, options, limit.signal);
    try {
      return (await response.json()) as T;
    } catch (error) {
      limit.signal.throwIfAborted();
      throw errorOfConnection(error, { method, path }, this.server);
    }
  }

  /**
   * A request that may be repeated: tried again, with jitter, while the failure is transient and the signal allows.
   * Only for what has the same effect twice (a get, a list, a delete with a uid).
   */
  async persist<T>(
    method: "GET" | "DELETE",
    path: string,
    options: RequestOptions & { signal: AbortSignal },
  ): Promise<T> {
    const backoff = new Backoff(this.clock, this.random);
    for (;;) {
      try {
        return await this.request<T>(method, path, options);
      } catch (error) {
        if (options.signal.aborted || !isTransient(error)) throw error;
        await backoff.wait(options.signal, retryAfterMs(error));
      }
    }
  }

  /**
   * A response whose body is read as it comes. Bounded until the headers are there; from then on only the signal ends it.
   * @throws as {@link request}
   */
  async stream(path: string, options: { query?: Query; signal: AbortSignal }): Promise<Response> {
    using limit = deadline(this.clock, ANSWER_TIMEOUT_MS, `GET ${path}`, options.signal);
    const tooLate = new AbortController();
    const signal = AbortSignal.any([options.signal, tooLate.signal]);
    const giveUp = (): void => tooLate.abort(limit.signal.reason);
    limit.signal.addEventListener("abort", giveUp, { once: true });
    try {
      return await this.#send(this.#transport.stream, "GET", path, options, signal);
    } finally {
      limit.signal.removeEventListener("abort", giveUp);
    }
  }

  /** Ends all connections; streams that are open end with an error. */
  async close(): Promise<void> {
    await this.#transport.close();
  }

  async #send(
    fetch: Fetch,
    method: string,
    path: string,
    options: RequestOptions,
    signal: AbortSignal,
  ): Promise<Response> {
    try {
      return await this.#sendOnce(fetch, method, path, options, signal, false);
    } catch (error) {
      // A token that has just been rotated: one new one, then fail (client-node issues 1240 and 317).
      if (!isUnauthorized(error)) throw error;
      return this.#sendOnce(fetch, method, path, options, signal, true);
    }
  }

  async #sendOnce(
    fetch: Fetch,
    method: string,
    path: string,
    { query, body }: RequestOptions,
    signal: AbortSignal,
    renew: boolean,
  ): Promise<Response> {
    const request = { method, path };
    const headers: Record<string, string> = {
      accept: "application/json",
      ...(await this.#authenticate(renew, request, signal)),
    };
    const init: RequestInit = { method, headers, signal };
    if (body !== undefined) {
      headers["content-type"] = "application/json";
      init.body = JSON.stringify(body);
    }
    let response: Response;
    try {
      response = await fetch(`${this.server}${path}${queryString(query)}`, init);
    } catch (error) {
      signal.throwIfAborted();
      throw errorOfConnection(error, request, this.server);
    }
    if (!response.ok) throw await errorOfResponse(response, request, this.clock.now());
    return response;
  }

  async #authenticate(renew: boolean, request: FailedRequest, signal: AbortSignal): Promise<Record<string, string>> {
    try {
      // An exec plugin may wait for somebody to press a key.
      return await abortable(this.#transport.headers(renew), signal);
    } catch (cause) {
      signal.throwIfAborted();
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new KubernetesError(`No credentials for the API server: ${why}`, { status: 401, request, cause });
    }
  }
}

function queryString(query: Query | undefined): string {
  const pairs = Object.entries(query ?? {}).flatMap(([key, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`],
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}
