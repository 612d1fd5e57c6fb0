import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { underLock } from "./lock.ts";
import { npm } from "./npm.ts";

const run = promisify(execFile);

const repository = join(import.meta.dirname, "../..");

/** The adapter as npm would deliver it, unpacked. */
export interface PackedAdapter {
  /** The package's folder, readable by every user: what `installAdapter` takes. */
  readonly folder: string;
  readonly remove: () => Promise<void>;
}

/** The pnpm that the repository pins, wherever this was started from. */
async function pnpm(args: readonly string[]): Promise<void> {
  const manifest = JSON.parse(await readFile(join(repository, "package.json"), "utf8")) as { packageManager: string };
  const filter = ["--filter", "paperclip-adapter-opencode-k8s"];
  await npm(["exec", "--yes", `--package=${manifest.packageManager}`, "--", "pnpm", ...filter, ...args], repository);
}

/**
 * Builds the adapter, packs it as for a release, and unpacks the tarball into a folder of its own, outside of the
 * repository: what is missing in the package is missing there, too.
 *
 * @throws with the tool's own words when the build or the packing fails.
 */
export async function packAdapter(): Promise<PackedAdapter> {
  const temporary = await mkdtemp(join(await realpath(tmpdir()), "packed-adapter-"));
  const remove = (): Promise<void> => rm(temporary, { recursive: true, force: true });
  try {
    // Test files run side by side, and a build begins with an empty dist.
    await underLock(join(repository, "node_modules/.packing-the-adapter"), async () => {
      await pnpm(["run", "build"]);
      await pnpm(["pack", "--pack-destination", temporary]);
    });
    const tarball = (await readdir(temporary)).find((name) => name.endsWith(".tgz"));
    if (!tarball) throw new Error(`pnpm pack left no tarball in ${temporary}`);
    await run("tar", ["-xzf", tarball], { cwd: temporary });
    await chmod(temporary, 0o755);
    await run("chmod", ["-R", "a+rX", "package"], { cwd: temporary });
    return { folder: join(temporary, "package"), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
