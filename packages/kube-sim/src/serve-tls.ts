import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { makeCertificates } from "./certificates.ts";
import type { KubeSim } from "./kube-sim.ts";
import { ApiFailure } from "./api/status.ts";

export interface ServeTlsOptions {
  /** The address to listen on; 127.0.0.1 by default. */
  host?: string;
  /** 0, the default, takes a free one. */
  port?: number;
  /** The bearer token that clients must send. */
  token?: string;
}

export interface TlsServer {
  /** `https://host:port` */
  url: string;
  /** YAML text: server, CA and token of the user. */
  kubeconfig: string;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/** Serves a simulator over HTTPS (HTTP/1.1), with a certificate made on the spot. */
export async function serveTls(sim: Pick<KubeSim, "fetch">, options: ServeTlsOptions = {}): Promise<TlsServer> {
  const { host = "127.0.0.1", port = 0, token = "kube-sim-token" } = options;
  const { ca, cert, key } = await makeCertificates(host);
  const server = createServer({ cert, key }, (request, response) => {
    // serve() answers for its own errors; what is left is a client that went away.
    serve(sim, token, request, response).catch(() => response.destroy());
  });
  await listen(server, port, host);
  const url = `https://${host.includes(":") ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
  return {
    url,
    kubeconfig: kubeconfig(url, ca, token),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  sim: Pick<KubeSim, "fetch">,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.headers.authorization !== `Bearer ${token}`) return unauthorized(response);
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  let answer: Response;
  try {
    answer = await sim.fetch(request.url ?? "/", await initOf(request, gone.signal));
  } catch {
    // Over a socket, "refused" can only be shown as a connection that breaks.
    return void request.socket.destroy();
  }
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  // Whoever follows a log wants to know that it is open before there is a line.
  response.flushHeaders();
  if (answer.body) await pipeline(Readable.fromWeb(answer.body), response);
  else response.end();
}

async function initOf(request: IncomingMessage, signal: AbortSignal): Promise<RequestInit> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const headers = new Headers();
  const type = request.headers["content-type"];
  if (type !== undefined) headers.set("content-type", type);
  return {
    method: request.method ?? "GET",
    headers,
    signal,
    ...(pieces.length > 0 && { body: Buffer.concat(pieces) }),
  };
}

function unauthorized(response: ServerResponse): void {
  response.writeHead(401, { "content-type": "application/json" });
  response.end(JSON.stringify(new ApiFailure(401, "Unauthorized", "Unauthorized").status));
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
}

function kubeconfig(url: string, ca: string, token: string): string {
  return `apiVersion: v1
kind: Config
clusters:
  - name: kube-sim
    cluster:
      server: ${url}
      certificate-authority-data: ${Buffer.from(ca).toString("base64")}
users:
  - name: user
    user:
      token: ${token}
contexts:
  - name: kube-sim
    context:
      cluster: kube-sim
      user: user
current-context: kube-sim
`;
}
