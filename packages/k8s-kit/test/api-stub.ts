import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { type Certificates, makeCertificates } from "@opencode-k8s/kube-sim";

/** How a request was authenticated, and what the connection below it said. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  /** The common name of the client's certificate. */
  readonly client: string | undefined;
  readonly servername: string | false | null;
}

/** A TLS server that notes how it is asked, and answers `{}`, or 401 to whom `accept` does not accept. */
export interface ApiStub extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly certificates: Certificates;
  readonly seen: Seen[];
  accept: (seen: Seen) => boolean;
  /** A kubeconfig with these fields of its cluster and its user. The authority is in it unless another `cluster` says so. */
  kubeconfig(user: object, cluster?: object): string;
  /** Ends, and listens again on the same port. */
  restart(): Promise<void>;
}

export async function startApiStub(
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => void response.end("{}"),
): Promise<ApiStub> {
  const certificates = await makeCertificates("127.0.0.1");
  const { ca, cert, key } = certificates;
  const seen: Seen[] = [];
  const start = async (port: number): Promise<Server> => {
    const options = { ca, cert, key, requestCert: true, rejectUnauthorized: false, keepAliveTimeout: 0 };
    const server = createServer(options, (request, response) => {
      const socket = request.socket as TLSSocket & { servername?: string | false };
      const { CN } = (socket.authorized ? socket.getPeerCertificate().subject : {}) as { CN?: string };
      const { method = "", url = "" } = request;
      const { authorization } = request.headers;
      const one = { method, url, authorization, client: CN, servername: socket.servername ?? null };
      seen.push(one);
      if (stub.accept(one)) answer(request, response);
      else response.writeHead(401).end('{"kind":"Status","code":401,"reason":"Unauthorized","message":"Unauthorized"}');
    });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    return server;
  };
  const stop = (server: Server): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  let server = await start(0);
  const { port } = server.address() as AddressInfo;
  const stub: ApiStub = {
    url: `https://127.0.0.1:${port}`,
    port,
    certificates,
    seen,
    accept: () => true,
    kubeconfig(user, cluster = { "certificate-authority-data": Buffer.from(ca).toString("base64") }) {
      return JSON.stringify({
        clusters: [{ name: "c", cluster: { server: stub.url, ...cluster } }],
        users: [{ name: "u", user }],
        contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
        "current-context": "x",
      });
    },
    async restart() {
      await stop(server);
      server = await start(port);
    },
    [Symbol.asyncDispose]: () => stop(server),
  };
  return stub;
}
