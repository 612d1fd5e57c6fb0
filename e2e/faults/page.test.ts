import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { faultsPage } from "./page.ts";
import { readRecord } from "./record.ts";

test("docs/faults.md is what was counted", async () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/faults.md"), "utf8");
  expect(page).toBe(faultsPage(await readRecord()));
});
