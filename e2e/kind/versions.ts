import { readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * `versions.json`, which the workflow `e2e` reads, too. The images are those of kind's own release notes: of 0.33.0, and, for
 * Kubernetes 1.33, of 0.32.0, the last release that names one.
 */
export interface Versions {
  /** The kind that the images are made for; the oldest that is let through. */
  readonly kind: string;
  /** The oldest Docker that builds by BuildKit, which `images/agent` needs, unless told otherwise. */
  readonly docker: string;
  /** Node images by Kubernetes minor, each with its digest: kind makes images anew under the same tag. */
  readonly nodes: Readonly<Record<string, string>>;
}

export async function readVersions(): Promise<Versions> {
  return JSON.parse(await readFile(join(import.meta.dirname, "versions.json"), "utf8")) as Versions;
}

/** The newest minor that there is an image of. */
export function newestMinor({ nodes }: Versions): string {
  const [newest] = Object.keys(nodes).sort((a, b) => (isOlder(a, b) ? 1 : -1));
  if (newest === undefined) throw new Error("versions.json names no node image");
  return newest;
}

/** The image of a minor (`1.36`); an image that is named in full is taken as it is. */
export function nodeImage({ nodes }: Versions, kubernetes: string): string {
  const image = kubernetes.includes("/") ? kubernetes : nodes[kubernetes];
  if (image === undefined) {
    throw new Error(
      `--kubernetes ${kubernetes}: there are ${Object.keys(nodes).join(", ")}; or name an image, such as kindest/node:v1.36.4`,
    );
  }
  return image;
}

/** Whether a version (`28.2.2`, `1.36`, `0.34.0-alpha`) comes before another, by its numbers. */
export function isOlder(version: string, than: string): boolean {
  const [left, right] = [version, than].map((text) => text.split(/[.+-]/).map(Number));
  for (const [index, bound] of (right ?? []).entries()) {
    const part = left?.[index] ?? 0;
    if (part !== bound) return part < bound;
  }
  return false;
}
