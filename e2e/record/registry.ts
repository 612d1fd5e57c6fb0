import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";

/**
 * A port of the loopback: containerd speaks plain HTTP with a registry there. Always the same, because it stands in the
 * name of every image, and so in the fixtures.
 */
const PORT = 5099;
export const REGISTRY = `127.0.0.1:${PORT}`;

const INDEX = "application/vnd.oci.image.index.v1+json";

/** How the registry behaves, by the first part of an image's name: `127.0.0.1:5099/busy/app:1`. */
const BEHAVIOURS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  missing: (response) => refuse(response, 404, "MANIFEST_UNKNOWN", "manifest unknown"),
  login: (response) => {
    response.setHeader("www-authenticate", 'Basic realm="registry"');
    refuse(response, 401, "UNAUTHORIZED", "authentication required");
  },
  token: (response) => {
    response.setHeader("www-authenticate", `Bearer realm="http://${REGISTRY}/token",service="registry"`);
    refuse(response, 401, "UNAUTHORIZED", "authentication required");
  },
  forbidden: (response) => refuse(response, 403, "DENIED", "requested access to the resource is denied"),
  busy: (response) => refuse(response, 429, "TOOMANYREQUESTS", "rate limit exceeded"),
  broken: (response) => refuse(response, 503, "UNAVAILABLE", "service unavailable"),
  silent: () => undefined,
  // An index with nothing in it for this machine.
  foreign: (response) => {
    const manifest = {
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      digest: `sha256:${"0".repeat(64)}`,
      size: 2,
      platform: { architecture: "s390x", os: "linux" },
    };
    response.setHeader("content-type", INDEX);
    response.end(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [manifest] }));
  },
};

/** Starts a registry that has no image, and says so in every way there is. */
export async function startRegistry(): Promise<AsyncDisposable> {
  const server = createServer((request, response) => {
    const [, first = "", behaviour = ""] = (request.url ?? "").split(/[/?]/);
    if (first === "token") refuse(response, 401, "UNAUTHORIZED", "incorrect username or password");
    else if (behaviour === "") response.end();
    else (BEHAVIOURS[behaviour] ?? refuseUnknown)(response);
  });
  server.listen(PORT, "127.0.0.1");
  await once(server, "listening");
  return {
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function refuseUnknown(response: ServerResponse): void {
  refuse(response, 404, "NAME_UNKNOWN", "repository name not known to registry");
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.statusCode = status;
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ errors: [{ code, message }] }));
}
