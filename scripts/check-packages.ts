/**
 * Packs every published package as `pnpm publish` would, and judges the tarballs: publint, are-the-types-wrong, size, and whether an
 * empty project can import them and compile the examples of their READMEs. What is checked is what a user gets,
 * with publishConfig applied. The packages must have been built.
 *
 *   node scripts/check-packages.ts [folder…]     default: every package that is not private
 */
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { examplesOf, typeErrors } from "./consumer-types.ts";
import { pack, type Packed, unpackedSize } from "./pack.ts";
import { isPublished, readManifest, workspacePackages } from "./packages.ts";
import { SIZE_LIMITS } from "./size-limits.ts";

const run = promisify(execFile);

interface Verdict {
  readonly ok: boolean;
  readonly output: string;
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

/**
 * attw is content with a package that has no types at all; a library that lost them is not. What Paperclip evaluates as a script
 * nobody imports.
 */
async function judgeTypes({ tarball }: Packed): Promise<Verdict> {
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
async function judgeUse(folder: string, packed: Packed): Promise<Verdict> {
  const project = `${packed.tarball}.user`;
  const { name, dependencies = {}, exports = {} } = readManifest(packed.folder);
  const installed = join(project, "node_modules", name);
  cpSync(packed.folder, installed, { recursive: true });
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module", private: true }));
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

async function judgeExamples(project: string, readme: string): Promise<Verdict> {
  const examples = examplesOf(readme);
  if (examples.length === 0) return { ok: true, output: "" };
  const types = join(project, "node_modules/@types/node");
  if (!existsSync(types)) {
    mkdirSync(dirname(types), { recursive: true });
    symlinkSync(resolve("node_modules/@types/node"), types);
  }
  const errors = await typeErrors(project, examples);
  return { ok: errors.length === 0, output: errors.join("\n") };
}

/** What the licence asks for, and nobody may use the package without. */
function judgeLicence({ files }: Packed): Verdict {
  return { ok: files.has("LICENSE"), output: "error: LICENSE is not in the tarball" };
}

/** Its weights, each as a line, and the bound that it has for it. */
function judgeSize(folder: string, packed: Packed): Verdict {
  const limits = SIZE_LIMITS[folder];
  if (!limits) return { ok: false, output: `error: ${folder} has no entry in scripts/size-limits.ts` };
  const weights: (readonly [what: string, size: number, limit: number])[] = [
    ["tarball", packed.size, limits.tarball],
    ["unpacked", unpackedSize(packed), limits.unpacked],
    ...Object.entries(limits.files ?? {}).map(([file, limit]) => [file, packed.files.get(file) ?? NaN, limit] as const),
  ];
  const lines = weights.map(([what, size, limit]) => {
    const told = `${what}: ${size} bytes (at most ${limit})`;
    if (Number.isNaN(size)) return `error: ${what} is not in the tarball`;
    return size <= limit ? told : `error: ${told}; what is not needed goes, or scripts/size-limits.ts allows more`;
  });
  return { ok: weights.every(([, size, limit]) => size <= limit), output: lines.join("\n") };
}

/** What is found in one package, and what is wrong with it, as the tools say it. */
async function judgePackage(folder: string, destination: string): Promise<Verdict> {
  const packed = await pack(folder, destination);
  const size = judgeSize(folder, packed);
  const judged = await Promise.all([
    judge("publint", "run", packed.tarball, "--strict"),
    judgeTypes(packed),
    judgeUse(folder, packed),
  ]);
  const complaints = [...judged, judgeLicence(packed)].filter((verdict) => !verdict.ok);
  const output = [size, ...complaints].map((verdict) => verdict.output.trim()).join("\n\n");
  return { ok: size.ok && complaints.length === 0, output };
}

const given = process.argv.slice(2);
const published = workspacePackages().filter(isPublished);
const folders = given.length > 0 ? given : published.map(({ folder }) => folder);
const destination = mkdtempSync(join(tmpdir(), "packed-"));
try {
  for (const folder of folders) {
    const { ok, output } = await judgePackage(folder, destination);
    console.log(`${folder}: ${ok ? "fine" : "not fine"}\n${output.replaceAll(/^/gm, "  ")}\n`);
    if (!ok) process.exitCode = 1;
  }
} finally {
  rmSync(destination, { recursive: true });
}
