import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
/** Without what each line is indented by, because a page shows a piece from its own margin on. */
const flat = (yaml: string): string => yaml.replace(/^ +/gm, "");

const golden = readdirSync(new URL("../golden", import.meta.url)).map((name) => flat(read(`golden/${name}`)));
const pieces = [...read("../../docs/security.md").matchAll(/```yaml\n(.*?)```/gs)].map(([, piece = ""]) => piece);

test("docs/security.md shows what it speaks of", () => {
  expect(pieces.length).toBeGreaterThan(3);
});

test.each(pieces)("and shows it as it is rendered: %s", (piece) => {
  expect(golden.some((manifest) => manifest.includes(flat(piece)))).toBe(true);
});
