import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const WORKSPACE = join(import.meta.dirname, "../../../pnpm-workspace.yaml");
const FETCHED = join(import.meta.dirname, "../node_modules/.cache/opencode");
/** A program of 60 MB, packed, over a slow line; milliseconds. */
const FETCH_MS = 10 * 60_000;

/** The version of OpenCode that is tested: the catalog's. */
export async function openCodeVersion(): Promise<string> {
  const version = /^ {2}opencode-linux-x64: (\S+)$/m.exec(await readFile(WORKSPACE, "utf8"))?.[1];
  if (version === undefined) throw new Error(`no opencode-linux-x64 in the catalog of ${WORKSPACE}`);
  return version;
}

/**
 * The folder that holds the real OpenCode for this machine's platform, for a container's PATH. The catalog's is installed on
 * Linux x64 like everything else; for any other platform, and in any other version, it comes from the npm registry when it
 * is first asked for, and is kept.
 * @throws Error where the registry has none, with npm's words
 */
export async function openCodeDirectory(version?: string): Promise<string> {
  const name = `opencode-${process.platform}-${process.arch}`;
  const pinned = await openCodeVersion();
  if (version === undefined || version === pinned) {
    const installed = installedFolder(name);
    if (installed !== undefined) return installed;
  }
  return await fetched(name, version ?? pinned);
}

function installedFolder(name: string): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), "bin");
  } catch {
    return undefined;
  }
}

async function fetched(name: string, version: string): Promise<string> {
  const kept = join(FETCHED, `${name}-${version}`);
  const bin = join(kept, "node_modules", name, "bin");
  if (await exists(bin)) return bin;
  await mkdir(FETCHED, { recursive: true });
  const staged = await mkdtemp(`${kept}.part-`);
  try {
    // npm, not pnpm: nothing of this workspace is to be changed.
    const quiet = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
    await run("npm", ["install", "--prefix", staged, ...quiet, `${name}@${version}`], { timeout: FETCH_MS });
    await rename(staged, kept);
  } catch (error) {
    // Somebody else was faster: theirs is as good.
    if (!(await exists(bin))) throw error;
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
  return bin;
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
