import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** A registry that keeps its manifest back until it is told to give it. */
export interface SlowRegistry extends AsyncDisposable {
  /** Name of its one image, as nodes on this machine pull it. */
  readonly image: string;
  /** From now on it answers at once. */
  open(): void;
}

interface Blob {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly bytes: Buffer;
}

/** containerd speaks plain HTTP with a registry of its own loopback. */
const HOST = "127.0.0.1";
const CONFIG = "application/vnd.oci.image.config.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

/** @param archive path of an image, as `docker save` writes it */
export async function serveSlowly(archive: string): Promise<SlowRegistry> {
  const { config, layers } = await readArchive(archive);
  const described = ({ mediaType, digest, size }: Blob): object => ({ mediaType, digest, size });
  const text = { schemaVersion: 2, mediaType: MANIFEST, config: described(config), layers: layers.map(described) };
  const manifest = blob(MANIFEST, Buffer.from(JSON.stringify(text)));
  const blobs = [config, ...layers, manifest];
  const opened = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    const named = blobs.find(({ digest }) => path.endsWith(digest));
    if (path === "/v2/") response.end("{}");
    else if (named) give(named, response);
    else void opened.promise.then(() => give(manifest, response));
  });
  server.listen(0, HOST);
  await once(server, "listening");
  return {
    image: `${HOST}:${(server.address() as AddressInfo).port}/slow:1`,
    open: opened.resolve,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function give({ mediaType, digest, size, bytes }: Blob, response: ServerResponse): void {
  response.writeHead(200, {
    "content-type": mediaType,
    "docker-content-digest": digest,
    "content-length": size,
  });
  response.end(response.req.method === "HEAD" ? undefined : bytes);
}

async function readArchive(archive: string): Promise<{ config: Blob; layers: Blob[] }> {
  const folder = await mkdtemp(join(tmpdir(), "image-"));
  try {
    await promisify(execFile)("tar", ["-xf", archive, "-C", folder]);
    const [image] = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")) as [Archived];
    const read = async (mediaType: string, file: string): Promise<Blob> =>
      blob(mediaType, await readFile(join(folder, file)));
    return {
      config: blob(CONFIG, asAnother(await readFile(join(folder, image.Config), "utf8"))),
      layers: await Promise.all(image.Layers.map((file) => read("application/vnd.oci.image.layer.v1.tar", file))),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Makes an image of its own out of it, which no node has: of one that is there already, a kubelet would think afterwards that it
 * came from this registry, and pull it again wherever its own name stands (1.35, `imagePullCredentialsVerificationPolicy`).
 */
function asAnother(config: string): Buffer {
  return Buffer.from(JSON.stringify({ ...(JSON.parse(config) as object), created: new Date().toISOString() }));
}

interface Archived {
  readonly Config: string;
  readonly Layers: readonly string[];
}

function blob(mediaType: string, bytes: Buffer): Blob {
  return { mediaType, digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}`, size: bytes.length, bytes };
}
