import { createServer } from "node:https";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { makeCertificates } from "@opencode-k8s/kube-sim";

/** A TLS server that fails in the way that the path of its URL says. */
export interface FailingServer extends AsyncDisposable {
  /** A kubeconfig whose cluster fails with that fault, whatever is asked. */
  kubeconfig(fault: string): string;
}

type Answer = (response: ServerResponse) => void;

/** The body that a real API server (1.35) sends with a failure: a `Status`. */
function refusal(code: number, reason: string, message: string, headers: Record<string, string> = {}): Answer {
  const seconds = headers["retry-after"];
  const details = { name: "p", kind: "pods", ...(seconds && { retryAfterSeconds: Number(seconds) }) };
  const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, details, code };
  return (response) => {
    response.writeHead(code, { "content-type": "application/json", ...headers }).end(JSON.stringify(status));
  };
}

const EXPIRED = '{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",';
const TOO_OLD = '"message":"too old resource version: 1 (2)","reason":"Expired","code":410}}\n';

const ANSWERS: Readonly<Record<string, Answer>> = {
  "401 Unauthorized": refusal(401, "Unauthorized", "Unauthorized"),
  "403 Forbidden": refusal(403, "Forbidden", 'pods "p" is forbidden: User "u" cannot get resource "pods"'),
  "404 NotFound": refusal(404, "NotFound", 'pods "p" not found'),
  "409 AlreadyExists": refusal(409, "AlreadyExists", 'pods "p" already exists'),
  "409 Conflict": refusal(409, "Conflict", 'Operation cannot be fulfilled on pods "p": the object has been modified'),
  "410 Expired": refusal(410, "Expired", "The provided continue parameter is too old"),
  "422 Invalid": refusal(422, "Invalid", 'Pod "p" is invalid: spec.containers: Required value'),
  "429 TooManyRequests": refusal(429, "TooManyRequests", "too many requests", { "retry-after": "7" }),
  "500 InternalError": refusal(500, "InternalError", "etcdserver: leader changed"),
  "503 ServiceUnavailable": refusal(503, "ServiceUnavailable", "the server is currently unable", {
    "retry-after": "2",
  }),
  // A load balancer before the API server knows no Status.
  "502 page of a proxy": (response) => {
    response.writeHead(502, { "content-type": "text/html" }).end("<html><body>502 Bad Gateway</body></html>");
  },
  "410 as an event": (response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(EXPIRED + TOO_OLD);
  },
  reset: (response) => {
    response.destroy();
  },
  "cut in the body": (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" }).write('{"kind":');
    setImmediate(() => response.destroy());
  },
};

/** Every failure that can be provoked, by name: the HTTP status first, if there is an answer at all. */
export const FAULTS: readonly string[] = [...Object.keys(ANSWERS), "refused", "unknown host", "unknown authority"];

export async function serveFailures(): Promise<FailingServer> {
  const { ca, cert, key } = await makeCertificates("127.0.0.1");
  const server = createServer({ cert, key }, (request, response) => {
    const fault = decodeURIComponent(request.url?.split("/")[1] ?? "");
    request.resume().on("end", () => ANSWERS[fault]?.(response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
  const refused = `https://127.0.0.1:${(closed.address() as AddressInfo).port}`;
  await new Promise((resolve) => closed.close(resolve));
  const here = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const where: Record<string, string> = { refused, "unknown host": "https://nowhere.invalid" };
  return {
    kubeconfig(fault) {
      const url = where[fault] ?? `${here}/${encodeURIComponent(fault)}`;
      const authority = Buffer.from(ca).toString("base64");
      const trust = fault === "unknown authority" ? "" : `, certificate-authority-data: ${authority}`;
      return [
        `clusters: [{ name: c, cluster: { server: "${url}"${trust} } }]`,
        "users: [{ name: u, user: { token: a-token } }]",
        "contexts: [{ name: x, context: { cluster: c, user: u } }]",
        "current-context: x",
      ].join("\n");
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
