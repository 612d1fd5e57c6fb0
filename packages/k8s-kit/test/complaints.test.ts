import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const PACKAGE = join(import.meta.dirname, "..");
const read = (path: string): string => readFileSync(join(PACKAGE, path), "utf8");
const rows = [...read("docs/complaints.md").matchAll(/^\| (\d+) .*\| (`[^|]*`) *\|$/gm)].map(
  ([, number = "", files = ""]): [number, string[]] => [Number(number), files.match(/[\w./-]+\.ts/g) ?? []],
);

test("there is an answer to each of the twenty", () => {
  expect(rows.map(([number]) => number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});

test.each(rows)("complaint %i is answered where the table says", (number, files) => {
  const carries = new RegExp(`complaints? ([\\d, and]+ )?${number}\\b`);
  for (const file of files) expect(read(file), file).toMatch(carries);
});
