import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readVersions } from "../kind/versions.ts";
import { readRuns } from "./runs.ts";
import { compatibilityTables, withTables } from "./table.ts";

test("the README's tables are of the runs that were kept", async () => {
  const readme = await readFile(join(import.meta.dirname, "../../README.md"), "utf8");
  expect(withTables(readme, compatibilityTables(await readRuns(), await readVersions()))).toBe(readme);
});

test("what failed is told in its words, and a minor without a run is CI's", () => {
  const runs = [
    { part: "kubernetes", version: "1.35.4", outcome: { scenarios: "1 of 9 failed: a|b" }, date: "2026-11-23" },
  ] as const;
  const nodes = { "1.36": "kindest/node:v1.36.4@sha256:0", "1.35": "kindest/node:v1.35.8@sha256:0" };
  expect(compatibilityTables(runs, { kind: "0.33.0", docker: "23.0.0", nodes })).toContain(
    [
      "| Kubernetes | scenarios           | run on     |",
      "| ---------- | ------------------- | ---------- |",
      "| 1.36.4     | CI only             |            |",
      "| 1.35.4     | 1 of 9 failed: a\\|b | 2026-11-23 |",
      "",
    ].join("\n"),
  );
});
