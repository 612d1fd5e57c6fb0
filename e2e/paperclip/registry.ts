import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename } from "node:path";

/** One version of a package, as `npm pack` leaves it. */
export interface Release {
  readonly manifest: { readonly name: string; readonly version: string };
  /** Path of its tarball. */
  readonly tarball: string;
}

/** An npm registry on the loopback interface that has what is published there, and nothing else. */
export interface Registry {
  readonly url: string;
  /** Makes it the newest version of its package. */
  publish(release: Release): Promise<void>;
  close(): void;
}

export async function startRegistry(): Promise<Registry> {
  const published: { release: Release; content: Buffer }[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? "/").slice(1));
    const tarball = published.find(({ release }) => path === `-/${basename(release.tarball)}`);
    if (tarball) return void response.end(tarball.content);
    const document = packument(published.filter(({ release }) => release.manifest.name === path));
    response.statusCode = document === null ? 404 : 200;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(document ?? { error: "not found" }));
  });

  function packument(releases: typeof published): object | null {
    const latest = releases.at(-1)?.release.manifest;
    if (!latest) return null;
    const versions = releases.map(({ release: { manifest, tarball }, content }) => {
      const integrity = `sha512-${createHash("sha512").update(content).digest("base64")}`;
      return [manifest.version, { ...manifest, dist: { tarball: `${url()}/-/${basename(tarball)}`, integrity } }];
    });
    return {
      name: latest.name,
      "dist-tags": { latest: latest.version },
      versions: Object.fromEntries(versions) as object,
    };
  }

  function url(): string {
    const address = server.address();
    return `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}`;
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: url(),
    async publish(release): Promise<void> {
      published.push({ release, content: await readFile(release.tarball) });
    },
    close: () => void server.close(),
  };
}
