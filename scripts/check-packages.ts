/**
 * Packs every published package as `pnpm publish` would, and judges the tarballs: publint, are-the-types-wrong, and whether
 * an empty project can import them and compile the examples of their READMEs. What is checked is what a user gets,
 * with publishConfig applied. The packages must have been built.
 *
 *   node scripts/check-packages.ts [folder…]     default: every package that is not private
 */
import { execFile } from "node:child_process";
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
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
  readonly exports?: Readonly<Record<string, unknown>>;
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

/**
 * attw is content with a package that has no types at all; a library that lost them is not. What Paperclip evaluates as a script
 * nobody imports.
 */
async function judgeTypes(tarball: string): Promise<Verdict> {
  const looks = ["--format", "ascii", "--no-emoji", "--no-color"];
  const verdict = await judge(
    "attw",
    tarball,
    "--profile",
    "esm-only",
    "--exclude-entrypoints",
    "./ui-parser",
    ...looks,
  );
  return { ...verdict, ok: verdict.ok && !verdict.output.includes("does not contain types") };
}

/**
 * Puts the package into an empty ESM project with only what it declares as a dependency, as an installation would, but without
 * a registry; imports its entries there, and compiles the examples of its README against the types that came with it.
 */
async function judgeUse(folder: string, tarball: string): Promise<Verdict> {
  const project = `${tarball}.user`;
  const unpacked = join(project, "unpacked");
  mkdirSync(unpacked, { recursive: true });
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module", private: true }));
  await run("tar", ["-xzf", tarball, "-C", unpacked, "--strip-components=1"]);
  const { name, dependencies = {}, exports = {} } = readManifest(unpacked);
  const installed = join(project, "node_modules", name);
  mkdirSync(dirname(installed), { recursive: true });
  renameSync(unpacked, installed);
  for (const dependency of Object.keys(dependencies)) {
    const link = join(project, "node_modules", dependency);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(resolve(folder, "node_modules", dependency), link);
  }
  const script = join(project, "import.js");
  const entries = Object.keys(exports).map((entry) => JSON.stringify(name + entry.slice(1)));
  writeFileSync(script, entries.map((entry) => `await import(${entry});\n`).join(""));
  const imported = await judge(process.execPath, script);
  return imported.ok ? judgeExamples(project, join(installed, "README.md")) : imported;
}

/** Where the examples are compiled: strict, and with the declarations of all dependencies checked, too. */
const USER_OPTIONS = {
  target: "es2024",
  lib: ["es2024", "esnext.disposable"],
  module: "nodenext",
  types: ["node"],
  strict: true,
  noEmit: true,
};

async function judgeExamples(project: string, readme: string): Promise<Verdict> {
  const examples = readFileSync(readme, "utf8").matchAll(/^```ts\n(.*?)^```$/gms);
  const files = [...examples].map(([, code = ""], index) => {
    const file = `example-${index + 1}.ts`;
    writeFileSync(join(project, file), `${code}export {};\n`);
    return file;
  });
  if (files.length === 0) return { ok: true, output: "" };
  const types = join(project, "node_modules/@types/node");
  if (!existsSync(types)) {
    mkdirSync(dirname(types), { recursive: true });
    symlinkSync(resolve("node_modules/@types/node"), types);
  }
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: USER_OPTIONS, files }));
  const { output } = await judge("tsc", "-p", project);
  // client-node's own dependencies have a declaration that lacks another (isomorphic-ws without @types/ws): not ours to judge.
  const ours = output.split("\n").filter((line) => line.includes("error TS") && !FOREIGN.test(line));
  return { ok: ours.length === 0, output: ours.join("\n") };
}

const FOREIGN = /node_modules\/(?!@opencode-k8s\/|paperclip-adapter)[^:]*: error/;

/** What is wrong with one package, as the tools say it. Empty when nothing is. */
async function complaints(folder: string, destination: string): Promise<string[]> {
  const tarball = await pack(folder, destination);
  const verdicts = await Promise.all([
    judge("publint", "run", tarball, "--strict"),
    judgeTypes(tarball),
    judgeUse(folder, tarball),
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
