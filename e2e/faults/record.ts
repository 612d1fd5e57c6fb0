import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { disruptiveFaults, disruptiveScenarios, faults, scenarios } from "../scenarios/index.ts";
import { FAULT_GROUPS, type Fault } from "../scenarios/scenario.ts";
import { faultsPage } from "./page.ts";
import { rowsOf } from "./play-row.ts";
import type { Row } from "./row.ts";

const RECORD = join(import.meta.dirname, "record.json");
const PAGE = join(import.meta.dirname, "../../docs/faults.md");

/** Rows as they were played last, in the order of the page. */
export async function readRecord(): Promise<Row[]> {
  return JSON.parse(await readFile(RECORD, "utf8")) as Row[];
}

/**
 * Puts what was played into the record, and writes the page anew. Other rows stay as they were; those whose scenario is gone go, and
 * those that were never played are there as that.
 */
export async function keep(played: readonly Row[]): Promise<void> {
  const known = new Map([...(await readRecord()), ...played].map((row) => [row.name, row]));
  const rows = rowsOf([...scenarios, ...faults, ...disruptiveScenarios, ...disruptiveFaults]).map(
    ({ name, fault }) => ({
      ...(known.get(name) ?? neverPlayed(name, fault)),
      ...fault,
    }),
  );
  const sorted = FAULT_GROUPS.flatMap((group) => rows.filter((row) => row.group === group));
  await writeFile(RECORD, `${JSON.stringify(sorted, null, 2)}\n`);
  await writeFile(PAGE, faultsPage(sorted));
}

function neverPlayed(name: string, fault: Fault): Row {
  const played = { date: null, kubernetes: null, figures: null };
  return { name, ...fault, verdict: "skipped", why: "never played", played };
}
