/**
 * Is opencode-parse fit for browsers? Its source must compile for a worker (no Node, no DOM, nothing newer than Node 20), and
 * what a browser loads must be small. Prints the sizes, of common uses too.
 */
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { bundle } from "../packages/opencode-parse/test/browser/bundle.ts";
import { BROWSER_LIMIT } from "./size-limits.ts";

const PACKAGE = "packages/opencode-parse";

const everythingOf = (entry: string): string => `export * from ${JSON.stringify(resolve(PACKAGE, "src", entry))};`;
const index = everythingOf("index.ts");
const terminal = everythingOf("terminal/index.ts");
const some = (names: string): string => index.replace("*", `{ ${names} }`);

/**
 * What a page or a worker imports. The verdict and the terminal are measured, and not bounded: no browser knows an exit
 * code, or OpenCode's stderr, and none has a terminal.
 */
const uses: readonly (readonly [what: string, code: string, max: number])[] = [
  [
    "events, report and transcript",
    some("parseLine, createRunReader, parseRun, transcript, resultEntry"),
    BROWSER_LIMIT,
  ],
  ["events and transcript", some("parseLine, transcript"), BROWSER_LIMIT],
  ["the report alone", some("parseRun"), BROWSER_LIMIT],
  ["the verdict", some("judgeRun"), Infinity],
  ["everything but the terminal", index, Infinity],
  ["the terminal", terminal, Infinity],
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
