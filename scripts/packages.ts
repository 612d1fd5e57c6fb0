import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What the scripts read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly bin?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  /** What takes the place of the above in the tarball. An entry that nobody imports has no types. */
  readonly publishConfig?: { readonly exports?: Readonly<Record<string, string | { readonly types?: string }>> };
}

/** A package of the workspace. */
export interface Package {
  /** From the root of the repository. */
  readonly folder: string;
  readonly manifest: Manifest;
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

/** Every package below `packages/`, in the order of their folders. */
export function workspacePackages(root = "."): Package[] {
  const folders = globSync("packages/*/package.json", { cwd: root }).map(dirname).sort();
  return folders.map((folder) => ({ folder, manifest: readManifest(join(root, folder)) }));
}

export const isPublished = ({ manifest }: Package): boolean => manifest.private !== true;
