import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { disruptiveFaults, disruptiveScenarios, faults, scenarios } from "../scenarios/index.ts";
import { FAULT_GROUPS } from "../scenarios/scenario.ts";
import { faultsPage } from "./page.ts";
import type { Row } from "./row.ts";

const RECORD = join(import.meta.dirname, "record.json");
const PAGE = join(import.meta.dirname, "../../docs/faults.md");

/** Rows as they were played last, in the order of the page. */
export async function readRecord(): Promise<Row[]> {
  return JSON.parse(await readFile(RECORD, "utf8")) as Row[];
}

/** Puts what was played into the record, and writes the page anew. Other rows stay as they were, unless their scenario is gone. */
export async function keep(played: readonly Row[]): Promise<void> {
  const rows = new Map([...(await readRecord()), ...played].map((row) => [row.name, row]));
  const names = [...scenarios, ...faults, ...disruptiveScenarios, ...disruptiveFaults].map(({ name }) => name);
  const left = names.flatMap((name) => rows.get(name) ?? []);
  const sorted = FAULT_GROUPS.flatMap((group) => left.filter((row) => row.group === group));
  await writeFile(RECORD, `${JSON.stringify(sorted, null, 2)}\n`);
  await writeFile(PAGE, faultsPage(sorted));
}
