import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { packAdapter } from "./index.ts";

test("the packed adapter needs nothing that is not in its package", async () => {
  const { folder, remove } = await packAdapter();
  onTestFinished(remove);

  const text = await readFile(join(folder, "package.json"), "utf8");
  const manifest = JSON.parse(text) as { exports: { ".": { default: string } }; dependencies?: object };

  expect(Object.keys(manifest.dependencies ?? {})).toEqual([]);
  // No node_modules above this folder: every import that was not bundled fails.
  const entry = pathToFileURL(join(folder, manifest.exports["."].default)).href;
  execFileSync(process.execPath, ["--eval", `import(${JSON.stringify(entry)})`], { cwd: folder, stdio: "pipe" });
});
