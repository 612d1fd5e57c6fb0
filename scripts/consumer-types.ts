import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A strict project on Node, with the declarations of all dependencies checked, too. */
const OPTIONS = {
  target: "es2024",
  lib: ["es2024", "esnext.disposable"],
  module: "nodenext",
  types: ["node"],
  strict: true,
  noEmit: true,
};

/** client-node's own dependencies have a declaration that lacks another (isomorphic-ws without @types/ws): not ours to judge. */
const FOREIGN = /node_modules\/(?!@opencode-k8s\/|paperclip-adapter)[^:]*: error/;

/** The examples of a README, each a module. */
export function examplesOf(readme: string): string[] {
  const blocks = readFileSync(readme, "utf8").matchAll(/^```ts\n(.*?)^```$/gms);
  return [...blocks].map(([, code = ""]) => `${code}export {};\n`);
}

/** What the compiler has against these modules, and against our declarations, in a project where the packages and @types/node are. */
export function typeErrors(project: string, modules: readonly string[]): Promise<string[]> {
  const files = modules.map((_, index) => `module-${index + 1}.ts`);
  for (const [index, file] of files.entries()) writeFileSync(join(project, file), modules[index] ?? "");
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: OPTIONS, files }));
  return new Promise((done, fail) => {
    execFile("tsc", ["-p", project], { maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      const errors = stdout.split("\n").filter((line) => line.includes("error TS"));
      if (error && errors.length === 0) fail(new Error(stderr || stdout || error.message));
      else done(errors.filter((line) => !FOREIGN.test(line)));
    });
  });
}
