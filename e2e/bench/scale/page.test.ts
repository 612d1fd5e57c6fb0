import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { drawPanels } from "./chart.ts";
import { panelsOf, scalingPage } from "./page.ts";
import { PAGE, PICTURE } from "./keep.ts";
import { readRecord } from "./record.ts";

test("docs/scaling.md is what was measured", async () => {
  expect(readFileSync(PAGE, "utf8")).toBe(scalingPage(await readRecord()));
});

test("its picture, too", async () => {
  const { scale } = await readRecord();
  expect(readFileSync(PICTURE, "utf8")).toBe(drawPanels(panelsOf(scale.onSim)));
});
