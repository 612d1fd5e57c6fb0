/**
 * Packs every published package as `pnpm publish` would, and judges the tarballs: publint, are-the-types-wrong, and whether Node
 * can import what is in them. What is checked is what a user gets, with publishConfig applied. The packages must have been built.
 *
 *   node scripts/check-packages.ts [folder…]     default: every package that is not private
 */
import { execFile } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

interface Verdict {
  readonly ok: boolean;
  readonly output: string;
}

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

/** Runs a tool that says by its exit code whether it is content. */
async function judge(tool: string, ...args: string[]): Promise<Verdict> {
  try {
    const { stdout, stderr } = await run(tool, args);
    return { ok: true, output: stdout + stderr };
  } catch (error) {
    const { stdout, stderr, message } = error as { stdout?: string; stderr?: string; message: string };
    return { ok: false, output: `${stdout ?? ""}${stderr ?? ""}` || message };
  }
}

async function pack(folder: string, destination: string): Promise<string> {
  const { stdout } = await run("pnpm", ["--dir", folder, "pack", "--json", "--pack-destination", destination]);
  return (JSON.parse(stdout) as { filename: string }).filename;
}

/** attw is content with a package that has no types at all; a library that lost them is not. */
async function judgeTypes(tarball: string): Promise<Verdict> {
  const verdict = await judge(
    "attw",
    tarball,
    "--profile",
    "esm-only",
    "--format",
    "ascii",
    "--no-emoji",
    "--no-color",
  );
  return { ...verdict, ok: verdict.ok && !verdict.output.includes("does not contain types") };
}

/** Imports the unpacked package. Only what it declares as a dependency is there: a bundle that forgot something does not load. */
async function judgeImport(folder: string, tarball: string): Promise<Verdict> {
  const unpacked = `${tarball}.unpacked`;
  mkdirSync(unpacked);
  await run("tar", ["-xzf", tarball, "-C", unpacked, "--strip-components=1"]);
  for (const name of Object.keys(readManifest(unpacked).dependencies ?? {})) {
    const link = join(unpacked, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(resolve(folder, "node_modules", name), link);
  }
  const { name } = readManifest(unpacked);
  const script = join(unpacked, "import-self.mjs");
  writeFileSync(script, `await import(${JSON.stringify(name)});\n`);
  return judge(process.execPath, script);
}

/** What is wrong with one package, as the tools say it. Empty when nothing is. */
async function complaints(folder: string, destination: string): Promise<string[]> {
  const tarball = await pack(folder, destination);
  const verdicts = await Promise.all([
    judge("publint", "run", tarball, "--strict"),
    judgeTypes(tarball),
    judgeImport(folder, tarball),
  ]);
  return verdicts.filter((verdict) => !verdict.ok).map((verdict) => verdict.output.trim());
}

const given = process.argv.slice(2);
const folders =
  given.length > 0
    ? given
    : globSync("packages/*/package.json")
        .map(dirname)
        .filter((folder) => readManifest(folder).private !== true)
        .sort();
const destination = mkdtempSync(join(tmpdir(), "packed-"));
try {
  for (const folder of folders) {
    const found = await complaints(folder, destination);
    console.log(found.length === 0 ? `${folder}: fine` : `${folder}:\n${found.join("\n\n")}\n`);
    if (found.length > 0) process.exitCode = 1;
  }
} finally {
  rmSync(destination, { recursive: true });
}
