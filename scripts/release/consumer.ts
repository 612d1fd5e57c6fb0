import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { npm } from "../../e2e/paperclip/npm.ts";
import { examplesOf, typeErrors } from "../consumer-types.ts";
import type { Packed } from "../pack.ts";
import { readManifest } from "../packages.ts";

const run = promisify(execFile);

/** The specifiers of a package's entries; the ones that have types, or all. */
function entriesOf({ folder }: Packed, typed: boolean): string[] {
  const { name, exports = {} } = readManifest(folder);
  const entries = Object.entries(exports).filter(([, target]) => !typed || typeof target === "object");
  return entries.map(([entry]) => name + entry.slice(1));
}

/**
 * Does with the tarballs what a user does: npm installs them into an empty project, with their dependencies from the registry; each
 * entry is imported; a strict project compiles against them; and their commands say version and help.
 *
 * @throws with the tool's own words at the first thing that does not work. Tells what does.
 */
export async function consume(project: string, packages: readonly Packed[]): Promise<void> {
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module", private: true }));
  const types = `@types/node@${readManifest("node_modules/@types/node").version}`;
  const tarballs = packages.map(({ tarball }) => tarball);
  await npm(["install", "--no-audit", "--no-fund", ...tarballs, types], project);
  console.log(`npm installed ${packages.length} tarballs`);

  for (const entry of packages.flatMap((each) => entriesOf(each, false))) {
    const program = `console.log(Object.keys(await import(${JSON.stringify(entry)})).length)`;
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", program], { cwd: project });
    console.log(`${entry}: imported, ${stdout.trim()} exports`);
  }

  const typed = packages.flatMap((each) => entriesOf(each, true));
  const examples = packages.flatMap(({ folder }) => examplesOf(join(folder, "README.md")));
  const uses = typed.map((entry, index) => `export * as entry${index} from ${JSON.stringify(entry)};\n`);
  const errors = await typeErrors(project, [...examples, uses.join("")]);
  if (errors.length > 0) throw new Error(errors.join("\n"));
  console.log(`${examples.length} examples and ${typed.length} entries compile in a strict project`);

  for (const { folder } of packages) await tryCommand(project, folder);
}

async function tryCommand(project: string, folder: string): Promise<void> {
  const { name, version, bin } = readManifest(folder);
  if (bin === undefined) return;
  const command = join(project, "node_modules/.bin", name);
  const { stdout: told } = await run(command, ["--version"]);
  if (told.trim() !== version) throw new Error(`${name} --version says ${told.trim()}, and the package is ${version}`);
  const { stdout: help } = await run(command, ["--help"]);
  if (!help.startsWith(`Usage: ${name}`)) throw new Error(`${name} --help says:\n${help}`);
  console.log(`${name} --version: ${version}; --help: ${help.split("\n").length} lines`);
}
