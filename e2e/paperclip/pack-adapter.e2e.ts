import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { compileFunction } from "node:vm";
import { expect, onTestFinished, test } from "vitest";
import { packAdapter } from "./index.ts";

test("the packed adapter needs nothing that is not in its package", async () => {
  const { folder, remove } = await packAdapter();
  onTestFinished(remove);

  const manifest = await manifestIn(folder);

  expect(Object.keys(manifest.dependencies ?? {})).toEqual([]);
  // No node_modules above this folder: every import that was not bundled fails.
  const entry = pathToFileURL(join(folder, manifest.exports["."].default)).href;
  execFileSync(process.execPath, ["--eval", `import(${JSON.stringify(entry)})`], { cwd: folder, stdio: "pipe" });
});

test("the parser of the packed adapter is what Paperclip's worker evaluates: one script, and nothing around it", async () => {
  const { folder, remove } = await packAdapter();
  onTestFinished(remove);

  const { exports } = await manifestIn(folder);
  const source = await readFile(join(folder, exports["./ui-parser"]), "utf8");
  const module = { exports: {} as { parseStdoutLine?: (line: string, ts: string) => unknown } };
  // As its worker does it, but that this has no lint rule against it.
  const evaluate = compileFunction(`"use strict";\n{\n${source}\n}`, ["exports", "module", "self", "globalThis"]);
  Reflect.apply(evaluate, undefined, [module.exports, module, undefined, undefined]);

  const line = JSON.stringify({
    type: "text",
    timestamp: 1,
    sessionID: "ses_1",
    part: { type: "text", text: "Done." },
  });
  expect(module.exports.parseStdoutLine?.(line, "now")).toEqual([{ kind: "assistant", ts: "now", text: "Done." }]);
});

interface Manifest {
  readonly exports: { readonly ".": { readonly default: string }; readonly "./ui-parser": string };
  readonly dependencies?: object;
}

async function manifestIn(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;
}
