/**
 * Is opencode-parse fit for browsers? Its source must compile for a worker (no Node, no DOM, nothing newer than Node 20), and
 * what a browser loads must be small. Prints the sizes, of common uses too.
 */
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { bundle } from "../packages/opencode-parse/test/browser/bundle.ts";

const PACKAGE = "packages/opencode-parse";

/** Bytes, minified and gzipped: issue 5. */
const MAX_SIZE = 8 * 1024;

const index = JSON.stringify(resolve(PACKAGE, "src/index.ts"));
const terminal = JSON.stringify(resolve(PACKAGE, "src/terminal/index.ts"));

/** What a page or a worker imports. The first is bounded; no browser needs the terminal. */
const uses: readonly (readonly [what: string, code: string, max: number])[] = [
  ["all but the terminal", `export * from ${index};`, MAX_SIZE],
  ["events and transcript", `export { parseLine, transcript } from ${index};`, Infinity],
  ["the reader", `export { createRunReader } from ${index};`, Infinity],
  ["the terminal", `export * from ${terminal};`, Infinity],
];

for (const [what, code, max] of uses) {
  const minified = await bundle(code, "esm", true);
  const size = gzipSync(minified, { level: 9 }).length;
  const bound = max === Infinity ? "" : ` (at most ${max})`;
  console.log(`${PACKAGE}: ${what}: ${minified.length} bytes minified, ${size} gzipped${bound}`);
  if (size <= max) continue;
  console.log(`${PACKAGE}: error: ${size - max} bytes too many; what browsers do not need goes to an entry of its own`);
  process.exitCode = 1;
}

try {
  await promisify(execFile)("tsc", ["-p", `${PACKAGE}/tsconfig.browser.json`]);
} catch (error) {
  console.log((error as { stdout?: string }).stdout ?? String(error));
  process.exitCode = 1;
}
