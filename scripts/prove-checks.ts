/**
 * Shows that every check of `pnpm check` can fail: all violations of violations.ts go into a scratch copy of the tree, each in a
 * file of its own; then each check runs once, and must fail, must name each violation that is its own, and none of the others'.
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { copyTree } from "./copy-tree.ts";
import { type Check, type Violation, violations } from "./violations.ts";

const checks: readonly Exclude<Check, "build">[] = [
  "types",
  "lint",
  "format",
  "layers",
  "unused",
  "browser",
  "workflows",
  "changesets",
  "api",
  "packages",
];
/** Carries the violations of building. */
const built = "packages/k8s-kit";
/** Carry those of what is built: their API, and what is packed. */
const packed = ["packages/job-manifest", "packages/opencode-parse"];
const root = process.cwd();

function inject(scratch: string, violation: Violation): void {
  for (const [path, text] of Object.entries(violation.files ?? {})) {
    mkdirSync(dirname(join(scratch, path)), { recursive: true });
    writeFileSync(join(scratch, path), text);
  }
  for (const [path, edit] of Object.entries(violation.edits ?? {})) {
    const before = readFileSync(join(scratch, path), "utf8");
    writeFileSync(join(scratch, path), edit(before));
  }
}

interface Outcome {
  readonly failed: boolean;
  readonly output: string;
}

/** Runs one shell command in the copy; the tools are the ones of the original. */
function shell(command: string, cwd: string): Promise<Outcome> {
  const env = {
    ...process.env,
    PATH: [join(root, "node_modules/.bin"), process.env["PATH"]].join(delimiter),
    NO_COLOR: "1",
    FORCE_COLOR: "0",
  };
  return new Promise((resolve) => {
    execFile("sh", ["-c", command], { cwd, env, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      resolve({ failed: error !== null, output: stdout + stderr });
    });
  });
}

/** `check:api` and `check:packages` come after the builds, as in turbo.json. */
async function runChecks(scratch: string): Promise<Map<Check, Outcome>> {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  const outcomes = new Map<Check, Outcome>([["build", await shell("tsdown", join(scratch, built))]]);
  for (const folder of packed) {
    const { failed, output } = await shell("tsdown", join(scratch, folder));
    if (failed) throw new Error(`${folder} cannot be built\n${output}`);
  }
  await Promise.all(
    checks.map(async (check) => {
      const command = scripts[`check:${check}`];
      if (command === undefined) throw new Error(`package.json has no script check:${check}`);
      const folders = check === "api" || check === "packages" ? packed : [];
      outcomes.set(check, await shell([command, ...folders].join(" "), scratch));
    }),
  );
  return outcomes;
}

/** What is wrong with the reports about one violation. Empty when its check, and only that one, names it. */
function doubts(violation: Violation, outcomes: ReadonlyMap<Check, Outcome>): string[] {
  return [...outcomes].flatMap(([check, { failed, output }]) => {
    if (check === violation.by) {
      const missing = violation.says.filter((text) => !output.includes(text));
      return failed && missing.length === 0 ? [] : [`${check} does not say ${missing.join(", ")}`];
    }
    return violation.says
      .filter((text) => text.includes("proof-") && output.includes(text))
      .map((text) => `${check} says ${text} too`);
  });
}

const scratch = mkdtempSync(join(tmpdir(), "violations-"));
try {
  copyTree(scratch);
  for (const violation of violations) inject(scratch, violation);
  const outcomes = await runChecks(scratch);
  for (const violation of violations) {
    const found = doubts(violation, outcomes);
    console.log(`${found.length === 0 ? "ok  " : "FAIL"} ${violation.by.padEnd(10)} ${violation.what}`);
    for (const doubt of found) console.log(`       ${doubt}`);
    if (found.length > 0) process.exitCode = 1;
  }
  if (process.exitCode === 1) {
    for (const [check, { output }] of outcomes) console.log(`\n--- check:${check}\n${output.slice(0, 4000)}`);
  }
} finally {
  rmSync(scratch, { recursive: true });
}
