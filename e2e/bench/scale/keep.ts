import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { drawPanels } from "./chart.ts";
import { panelsOf, scalingPage } from "./page.ts";
import { readRecord, RECORD, type ScalingRecord } from "./record.ts";

const DOCS = join(import.meta.dirname, "../../../docs");
export const PAGE: string = join(DOCS, "scaling.md");
export const PICTURE: string = join(DOCS, "images/scaling.svg");

/** Puts what was measured into the record, and writes page and picture anew; the rest stays as it was. */
export async function keep(measured: Partial<ScalingRecord>): Promise<void> {
  const record = { ...(await readRecord()), ...measured };
  await writeFile(RECORD, `${JSON.stringify(record, null, 2)}\n`);
  await writeFile(PAGE, scalingPage(record));
  await writeFile(PICTURE, drawPanels(panelsOf(record.scale.onSim)));
}
