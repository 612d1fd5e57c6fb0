import { setImmediate as nextTurn } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import { type Dispatcher, fetch } from "undici";
import { type Clock, systemClock } from "../time/clock.ts";
import { DeadlineError } from "../time/deadline.ts";
import { CallSlots } from "./call-slots.ts";
import { Cluster, type ClusterOptions } from "./cluster.ts";
import { CredentialSource } from "./credentials.ts";
import { type Identity, sameIdentity } from "./identity.ts";
import { makeDispatcher } from "./dispatchers.ts";
import { type KubeConfigSource, loadKubeConfig } from "./kube-config.ts";
import type { Fetch, Transport } from "./transport.ts";

/** Calls at a time, and so connections for calls: as many as there are calls in flight, but no more than these. */
export const CALL_CONNECTIONS = 16;
/** The API server answers a call, and starts a stream, within its own limit of 60 s. Requests have narrower bounds. */
const ANSWER_TIMEOUT_MS = 60_000;

/**
 * A cluster over the network. client-node reads the kubeconfig and authenticates; connections are ours, and live as long as
 * the cluster: client-node opens one, with its TLS handshake, for each request. Calls share up to {@link CALL_CONNECTIONS};
 * each watch and each follow has one of its own. Idle connections do not keep a process from exiting.
 * @throws KubeConfigError
 */
export function connectCluster(
  source: KubeConfigSource,
  options: Omit<ClusterOptions, "server" | "transport"> = {},
): Cluster {
  const config = loadKubeConfig(source);
  const server = (config.getCurrentCluster()?.server ?? "").replace(/\/+$/, "");
  const transport = new NetworkTransport(config, () => loadKubeConfig(source), options.clock ?? systemClock);
  return new Cluster({ ...options, server, transport });
}

/** A transport of its own for the cluster of `config`; `load` loads that once more, when credentials have to be renewed. */
export class NetworkTransport implements Transport {
  readonly #source: CredentialSource;
  readonly #slots = new CallSlots(CALL_CONNECTIONS);
  /** All that may have connections: the present ones, and those whose streams go on. */
  readonly #open = new Set<Dispatcher>();
  #identity: Identity | null = null;
  #calls: Dispatcher | null = null;
  #streams: Dispatcher | null = null;
  #closed = false;

  constructor(config: KubeConfig, load: () => KubeConfig, clock: Clock) {
    this.#source = new CredentialSource(config, load, clock);
  }

  async headers(renew: boolean): Promise<Record<string, string>> {
    const { headers, identity } = await this.#source.get(renew);
    if (this.#identity && !sameIdentity(identity, this.#identity)) {
      this.#retire(this.#calls);
      this.#retire(this.#streams);
    }
    this.#identity = identity;
    return headers;
  }

  readonly turn = (signal: AbortSignal): Promise<Disposable> => this.#slots.take(signal);

  readonly call: Fetch = async (url, init) => {
    try {
      return await this.#callOnce(url, init);
    } catch (error) {
      // The server may close an idle connection at the very moment at which a request is written to it. Nobody knows whether
      // that request was carried out, so only what reads is sent again.
      if (init.method !== "GET" || init.signal?.aborted || !wasBroken(error)) throw error;
      return await this.#callOnce(url, init);
    }
  };

  readonly stream: Fetch = async (url, init) => {
    // An agent that thinks prints nothing for many minutes: watch and follow bound the silence themselves.
    const dispatcher = (this.#streams ??= this.#dispatcher(0));
    try {
      return await send(url, init, dispatcher);
    } catch (error) {
      this.#retireIfBroken(dispatcher, error, init);
      throw error;
    }
  };

  async close(): Promise<void> {
    this.#closed = true;
    this.#calls = this.#streams = null;
    await Promise.all([...this.#open].map((dispatcher) => dispatcher.destroy()));
  }

  async #callOnce(url: string, init: RequestInit): Promise<Response> {
    const dispatcher = (this.#calls ??= this.#dispatcher(ANSWER_TIMEOUT_MS));
    try {
      const response = await send(url, init, dispatcher);
      const body = await response.arrayBuffer();
      // undici takes a connection back one turn after the end of the body: the next call shall find it.
      await nextTurn();
      const { status, statusText, headers } = response;
      return new Response(body.byteLength === 0 ? null : body, { status, statusText, headers });
    } catch (error) {
      this.#retireIfBroken(dispatcher, error, init);
      throw error;
    }
  }

  #dispatcher(bodyTimeout: number): Dispatcher {
    if (this.#closed || !this.#identity) throw new Error("the connection to the cluster is closed");
    const dispatcher = makeDispatcher(this.#identity, { headersTimeout: ANSWER_TIMEOUT_MS, bodyTimeout });
    this.#open.add(dispatcher);
    return dispatcher;
  }

  /** What happened to one connection may have happened to all of them: the network is cut, or the server gone. */
  #retireIfBroken(dispatcher: Dispatcher, error: unknown, { signal }: RequestInit): void {
    if (signal?.reason instanceof DeadlineError || wasBroken(error)) this.#retire(dispatcher);
  }

  /** Takes no more requests; closes idle connections now, and each other one when what it carries is over. */
  #retire(dispatcher: Dispatcher | null): void {
    if (!dispatcher) return;
    if (this.#calls === dispatcher) this.#calls = null;
    if (this.#streams === dispatcher) this.#streams = null;
    const over = (): void => void this.#open.delete(dispatcher);
    dispatcher.close().then(over, over); // Fails only when it is destroyed meanwhile.
  }
}

function send(url: string, init: RequestInit, dispatcher: Dispatcher): Promise<Response> {
  // undici's own fetch: Node's built-in one brings another version of undici, which refuses this dispatcher. A redirection that
  // is followed makes a GET of a POST, whose answer then passes for success, or sends the body to somebody else.
  return fetch(url, { ...(init as object), redirect: "manual", dispatcher });
}

const BROKEN = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

/** Did a connection break that was there? */
function wasBroken(error: unknown): boolean {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === "string" && BROKEN.has(cause.code);
}
