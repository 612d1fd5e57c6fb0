import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { Agent, createServer, request as send, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { json } from "node:stream/consumers";
import { makeCertificates } from "@opencode-k8s/kube-sim";

/** What becomes of a request that goes through the proxy. */
export type Fate =
  | { readonly kind: "pass" }
  /** The client gets exactly so many bytes of the answer's body; then its connection is closed. */
  | { readonly kind: "cut"; readonly afterBytes: number }
  /** The connection is closed instead of an answer. */
  | { readonly kind: "refuse" }
  /** The client gets so many bytes of the answer's body; then nothing comes any more, and the connection stays open. */
  | { readonly kind: "stall"; readonly afterBytes: number }
  /** The proxy answers in the API server's place, with JSON. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body: object;
    }
  /** Taken, and never answered. */
  | { readonly kind: "swallow" };

export interface TlsProxyOptions {
  /** URL of the API server, and the certificate authority by which it is known, PEM. */
  readonly server: string;
  readonly ca: string;
  /** A connection without a byte for so long, milliseconds, is closed, or forgotten: it stays open, and nothing comes any more. */
  readonly idle?: { readonly ms: number; readonly how: "close" | "forget" };
}

const HOST = "127.0.0.1";
const PASS: Fate = { kind: "pass" };

/** Stands between a client and an API server, ends TLS on both sides, and breaks connections where it is told to. */
export class TlsProxy implements AsyncDisposable {
  /** Decides on each request; all pass unless it is set. `path` carries the query, too. */
  fate: (path: string) => Fate = () => PASS;
  /** Changes an object on its way to where it is created, as an admission webhook would; nothing is changed unless it is set. */
  amend: ((path: string, object: unknown) => unknown) | undefined;
  /** Paths of the requests so far. */
  readonly requests: string[] = [];
  /** Answers that were cut in their body. */
  cuts = 0;
  /** PEM of the authority by which clients know the proxy. */
  readonly ca: string;
  readonly #server: Server;
  readonly #options: TlsProxyOptions;
  readonly #upstream: Agent;
  readonly #open = new Map<ServerResponse, string>();
  readonly #forgotten = new WeakSet<Socket>();

  static async start(options: TlsProxyOptions): Promise<TlsProxy> {
    const { ca, cert, key } = await makeCertificates(HOST);
    const proxy = new TlsProxy(options, ca, createServer({ cert, key, keepAliveTimeout: 0 }));
    const listening = Promise.withResolvers<void>();
    proxy.#server.once("error", listening.reject);
    proxy.#server.listen(0, HOST, listening.resolve);
    await listening.promise;
    return proxy;
  }

  private constructor(options: TlsProxyOptions, ca: string, server: Server) {
    this.#options = options;
    this.ca = ca;
    this.#server = server;
    this.#upstream = new Agent({ ca: options.ca, keepAlive: true });
    server.on("request", (request: IncomingMessage, response: ServerResponse) => this.#serve(request, response));
    const { idle } = options;
    if (idle) server.setTimeout(idle.ms, (socket) => this.#drop(socket, idle.how));
  }

  get url(): string {
    return `https://${HOST}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Closes the connections of the answers that are under way. `matches` is asked with the path and its query. */
  cutOpen(matches: (path: string) => boolean = () => true): number {
    const cut = [...this.#open].filter(([, path]) => matches(path));
    for (const [response] of cut) response.destroy();
    return cut.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = Promise.withResolvers<void>();
    this.#server.close(() => closed.resolve());
    this.#server.closeAllConnections();
    this.#upstream.destroy();
    await closed.promise;
  }

  #drop(socket: Socket, how: "close" | "forget"): void {
    if (how === "close") return void socket.destroy();
    this.#forgotten.add(socket);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? "/";
    this.requests.push(path);
    const fate = this.fate(path);
    if (fate.kind === "refuse") return void request.socket.destroy();
    if (fate.kind === "answer") return answerWith(response, fate);
    if (fate.kind === "swallow" || this.#forgotten.has(request.socket)) return;
    this.#open.set(response, path);
    const headers: OutgoingHttpHeaders = { ...request.headers, host: new URL(this.#options.server).host };
    const amend = request.method === "POST" ? this.amend : undefined;
    // Its length is another one.
    if (amend) delete headers["content-length"];
    const onward = send(this.#options.server + path, { method: request.method, headers, agent: this.#upstream });
    // What breaks on the way to the API server breaks on the way to the client, too.
    onward.on("error", () => response.destroy());
    onward.on("response", (answer) => this.#answer(answer, response, fate));
    response.on("close", () => {
      this.#open.delete(response);
      onward.destroy();
    });
    if (!amend) return void request.pipe(onward);
    json(request).then(
      (object) => onward.end(JSON.stringify(amend(path, object))),
      (error: Error) => onward.destroy(error),
    );
  }

  #answer(answer: IncomingMessage, response: ServerResponse, fate: Fate): void {
    let left = fate.kind === "cut" || fate.kind === "stall" ? fate.afterBytes : Infinity;
    const ended = fate.kind === "cut" ? (): void => this.#cut(response) : undefined;
    response.writeHead(answer.statusCode ?? 502, withoutHopByHop(answer.headers));
    response.flushHeaders();
    if (left === 0) ended?.();
    answer.on("error", () => response.destroy());
    answer.on("data", (piece: Buffer) => {
      if (left === 0 || (response.socket && this.#forgotten.has(response.socket))) return;
      const part = piece.subarray(0, left);
      left -= part.length;
      const cut = left === 0 ? ended : undefined;
      if (response.write(part, cut) || cut) return;
      answer.pause();
      response.once("drain", () => answer.resume());
    });
    answer.on("end", () => {
      if (left > 0 && answer.complete) response.end();
    });
    answer.on("aborted", () => response.destroy());
  }

  /** All that was written has left for the client. */
  #cut(response: ServerResponse): void {
    this.cuts += 1;
    response.destroy();
  }
}

function answerWith(response: ServerResponse, { status, headers, body }: Extract<Fate, { kind: "answer" }>): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(`${JSON.stringify(body)}\n`);
}

/** Headers that speak of one connection, not of the answer (RFC 9110, 7.6.1). */
function withoutHopByHop(headers: IncomingMessage["headers"]): IncomingMessage["headers"] {
  const { connection: _, "transfer-encoding": __, "keep-alive": ___, ...rest } = headers;
  return rest;
}
