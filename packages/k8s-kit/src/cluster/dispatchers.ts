import { Agent, type Dispatcher, ProxyAgent, Socks5ProxyAgent } from "undici";
import type { Identity } from "./identity.ts";

export interface Bounds {
  /** Longest silence before the headers of an answer, milliseconds. */
  readonly headersTimeout: number;
  /** Longest silence within a body, milliseconds; 0: no bound. */
  readonly bodyTimeout: number;
}

/** TCP asks after an idle connection, milliseconds: client-go's value, below the idle limits of load balancers. */
const PROBE_AFTER_MS = 30_000;
/** TCP and TLS together, milliseconds. Until then a connection that is being made keeps a program from exiting. */
const CONNECT_MS = 10_000;
/** An idle connection is kept no longer than it goes without such a question, milliseconds: it may have been cut silently. */
const KEEP_IDLE_MS = 30_000;

/**
 * Connections to the API server, direct or through the kubeconfig's `proxy-url` (`HTTPS_PROXY` is not read, as client-node
 * does not). HTTP/1.1, one request at a time on each: a request that is aborted takes its connection with it and no
 * other, a slow reader holds up nobody, and it was no slower than HTTP/2 (measured, 200 GETs against Kubernetes 1.35).
 */
export function makeDispatcher({ proxyUrl, ...tls }: Identity, bounds: Bounds): Dispatcher {
  const connect = { ...tls, keepAlive: true, keepAliveInitialDelay: PROBE_AFTER_MS };
  const options = {
    allowH2: false,
    connectTimeout: CONNECT_MS,
    keepAliveTimeout: KEEP_IDLE_MS,
    keepAliveMaxTimeout: KEEP_IDLE_MS,
  };
  return connectThrough(proxyUrl, connect, options).compose(
    // Here, because undici hands its own options for bounds only to some of its agents.
    (dispatch) => (request, handler) => dispatch({ ...request, ...bounds }, handler),
  );
}

function connectThrough(proxy: string | undefined, connect: object, options: Agent.Options): Dispatcher {
  if (proxy === undefined) return new Agent({ ...options, connect });
  if (!proxy.startsWith("socks")) return new ProxyAgent({ ...options, uri: proxy, requestTls: connect });
  // undici leaves names to the proxy in any case, which is what the h asks for.
  return new Socks5ProxyAgent(proxy.replace(/^socks5h:/, "socks5:"), {
    connectTimeout: CONNECT_MS,
    requestTls: connect,
  });
}
