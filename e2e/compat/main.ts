/**
 * Tries what is published with the versions of what it meets, and writes what came of it into the README.
 *
 *   pnpm run compat [node] [opencode] [kubernetes] [paperclip]
 *
 * Unless some are named: the first two, and, with a cluster (E2E_KUBECONFIG and the others of e2e/README.md), all four.
 * `pnpm run compat table` writes the tables anew from the runs that were kept (runs.json). One that failed ends in exit code 1,
 * unless it is of an old OpenCode: what does not work there is what the table is for.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readVersions } from "../kind/versions.ts";
import { installPackages, nodeVersions, tryNode } from "./node.ts";
import { openCodeVersions, tryOpenCode } from "./opencode.ts";
import { isWhole, keepRun, readRuns, type Run } from "./runs.ts";
import { tryKubernetes, tryPaperclip } from "./suite.ts";
import { compatibilityTables, withTables } from "./table.ts";

const README = join(import.meta.dirname, "../../README.md");
const { positionals } = parseArgs({ allowPositionals: true });
const onCluster = Boolean(process.env["E2E_KUBECONFIG"]);
const wanted = (part: string, byDefault: boolean): boolean =>
  positionals.length === 0 ? byDefault : positionals.includes(part);

async function keep(run: Omit<Run, "date">): Promise<void> {
  console.log(`${run.part} ${run.version}: ${JSON.stringify(run.outcome)}`);
  await keepRun(run);
  if (run.part !== "opencode" && !isWhole(run)) process.exitCode = 1;
}

if (wanted("node", true)) {
  await using installation = await installPackages();
  for (const version of await nodeVersions()) await keep(await tryNode(version, installation));
}
if (wanted("opencode", true)) {
  for (const version of await openCodeVersions()) await keep(await tryOpenCode(version));
}
if (wanted("kubernetes", onCluster)) await keep(await tryKubernetes());
if (wanted("paperclip", onCluster)) for (const run of await tryPaperclip()) await keep(run);

const tables = compatibilityTables(await readRuns(), await readVersions());
await writeFile(README, withTables(await readFile(README, "utf8"), tables));
