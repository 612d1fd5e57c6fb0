import { execFile } from "node:child_process";
import { realpath } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** npm's own program: run by itself, the `npm` of a fresh machine starts the machine's Node, which is an older one. */
async function program(): Promise<string> {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const found = await realpath(join(folder, "npm")).catch(() => undefined);
    if (found?.endsWith(".js")) return found;
  }
  throw new Error("npm is needed, and no npm that is a JavaScript program is on the PATH");
}

/**
 * Runs npm under the Node that runs this.
 *
 * @returns what it printed on stdout.
 * @throws with npm's own words when it fails.
 */
export async function npm(args: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await run(process.execPath, [await program(), ...args], {
    cwd,
    env: { ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}
