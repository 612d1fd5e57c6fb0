import type { RequestOptions as HttpsOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { Agent, type Dispatcher, fetch, ProxyAgent, Socks5ProxyAgent } from "undici";
import { Cluster, type ClusterOptions, type Fetch, type Transport } from "./cluster.ts";
import { type KubeConfigSource, loadKubeConfig } from "./kube-config.ts";

/** The API server answers a call, and starts a stream, within its own limit of 60 s. */
const HEADERS_TIMEOUT_MS = 60_000;
/** Idle sockets are kept a little less than the 90 s after which Go's server, or a load balancer, may close them. */
const KEEP_ALIVE_MS = 60_000;

/**
 * A cluster over the network. client-node reads the kubeconfig and authenticates; requests go through two dispatchers
 * that live as long as the cluster: client-node's own make one, and so a TLS connection, for each request.
 * @throws KubeConfigError
 */
export function connectCluster(
  source: KubeConfigSource,
  options: Omit<ClusterOptions, "server" | "transport"> = {},
): Cluster {
  const config = loadKubeConfig(source);
  const server = (config.getCurrentCluster()?.server ?? "").replace(/\/+$/, "");
  return new Cluster({ ...options, server, transport: new NetworkTransport(source, config) });
}

interface Dispatchers {
  readonly call: Dispatcher;
  readonly stream: Dispatcher;
}

class NetworkTransport implements Transport {
  readonly #source: KubeConfigSource;
  #config: KubeConfig;
  #tls = "";
  #dispatchers: Dispatchers | null = null;

  constructor(source: KubeConfigSource, config: KubeConfig) {
    this.#source = source;
    this.#config = config;
  }

  readonly call: Fetch = (url, init) => this.#fetch(url, init, "call");
  readonly stream: Fetch = (url, init) => this.#fetch(url, init, "stream");

  async headers(renew: boolean): Promise<Record<string, string>> {
    // Tokens are cached inside the KubeConfig (by expiry, or 60 s for files): a new object has none.
    if (renew) this.#config = loadKubeConfig(this.#source);
    const options: HttpsOptions = {};
    await this.#config.applyToHTTPSOptions(options);
    this.#connect(options);
    const headers = Object.fromEntries(
      Object.entries(options.headers ?? {}).map(([name, value]) => [name, String(value)]),
    );
    if (options.auth) headers.authorization = `Basic ${Buffer.from(options.auth).toString("base64")}`;
    return headers;
  }

  async close(): Promise<void> {
    const dispatchers = this.#dispatchers;
    this.#dispatchers = null;
    this.#tls = "";
    await Promise.all([dispatchers?.call.destroy(), dispatchers?.stream.destroy()]);
  }

  #fetch(url: string, init: RequestInit, kind: keyof Dispatchers): Promise<Response> {
    const dispatcher = this.#dispatchers?.[kind];
    if (!dispatcher) return Promise.reject(new Error("the connection to the cluster is closed"));
    // undici's own fetch: Node's built-in one brings another version of undici, which refuses this dispatcher.
    return fetch(url, { ...(init as object), dispatcher });
  }

  /** New dispatchers only where the TLS identity changed (a client certificate renewed by an exec plugin). */
  #connect(options: HttpsOptions): void {
    const { ca, cert, key, pfx, passphrase, rejectUnauthorized } = options;
    const servername = (options as { servername?: string }).servername;
    const tls = JSON.stringify([ca, cert, key, pfx, passphrase, rejectUnauthorized, servername]);
    if (this.#dispatchers && tls === this.#tls) return;
    const identity = { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername };
    const made = this.#config.createDispatcherOptions(this.#config.getCurrentCluster(), identity);
    // Streams that are open on the old dispatcher live on until they end.
    void this.#dispatchers?.call.close();
    void this.#dispatchers?.stream.close();
    this.#tls = tls;
    this.#dispatchers = {
      call: makeDispatcher(made, { headersTimeout: HEADERS_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS }),
      // No bound on silence: an agent that thinks prints nothing for many minutes. Watch and follow have their own.
      stream: makeDispatcher(made, { headersTimeout: HEADERS_TIMEOUT_MS, bodyTimeout: 0 }),
    };
  }
}

function makeDispatcher(made: ReturnType<KubeConfig["createDispatcherOptions"]>, bounds: Agent.Options): Dispatcher {
  switch (made.type) {
    case "proxy":
      return new ProxyAgent({
        ...bounds,
        uri: made.uri,
        requestTls: made.requestTls as object,
        connect: made.connect as object,
      });
    case "socks":
      return new Socks5ProxyAgent(made.uri, { ...bounds, requestTls: made.requestTls as object } as object);
    case "agent":
      return new Agent({ ...bounds, connect: made.connect as object });
    case "none":
      return new Agent(bounds);
  }
}
