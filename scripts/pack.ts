import { execFile } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A package as the registry would have it. */
export interface Packed {
  readonly tarball: string;
  /** Of the tarball, in bytes. */
  readonly size: number;
  /** Where it is unpacked. */
  readonly folder: string;
  /** What is in it: paths from `folder`, and their sizes in bytes. */
  readonly files: ReadonlyMap<string, number>;
}

/** Packs a package as `pnpm publish` does, with publishConfig applied, and unpacks it beside the tarball. */
export async function pack(source: string, destination: string): Promise<Packed> {
  const { stdout } = await run("pnpm", ["--dir", source, "pack", "--json", "--pack-destination", destination]);
  const { filename: tarball } = JSON.parse(stdout) as { filename: string };
  const folder = `${tarball}.unpacked`;
  mkdirSync(folder);
  await run("tar", ["-xzf", tarball, "-C", folder, "--strip-components=1"]);
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const sizes = paths.map((path) => [path, lstatSync(join(folder, path))] as const);
  const files = new Map(sizes.filter(([, found]) => found.isFile()).map(([path, found]) => [path, found.size]));
  return { tarball, size: lstatSync(tarball).size, folder, files };
}

/** Of all its files, in bytes: what an installation takes on a disk, without dependencies. */
export function unpackedSize({ files }: Packed): number {
  return [...files.values()].reduce((sum, size) => sum + size, 0);
}
