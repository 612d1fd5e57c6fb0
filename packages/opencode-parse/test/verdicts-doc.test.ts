import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { VERDICTS } from "../src/index.ts";

test("docs/verdicts.md shows the table of codes", () => {
  const text = readFileSync(new URL("../docs/verdicts.md", import.meta.url), "utf8");
  const rows = text.split("\n").filter((line) => line.startsWith("| `"));
  const cells = rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  expect(cells).toEqual(
    Object.entries(VERDICTS).map(([code, { meaning, retry, sessionLost, remedy }]) => [
      `\`${code}\``,
      meaning,
      retry ? "yes" : "no",
      sessionLost ? "yes" : "no",
      remedy,
    ]),
  );
});
