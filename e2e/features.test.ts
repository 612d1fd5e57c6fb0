import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const page = readFileSync(join(root, "docs/features.md"), "utf8");

/** What shows a feature: a file, and what stands in it, such as the name of a test. */
interface Proof {
  readonly path: string;
  readonly words: readonly string[];
}

function numbered(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
}

/** Each row by its number, with its lines as one. */
const rows = new Map(
  [...page.matchAll(/^- \*\*([A-Z]\d+)\*\* ((?:.|\n(?! *- |\n))+)/gm)].map(([, name = "", text = ""]) => [
    name,
    text.replace(/\n\s*/g, " "),
  ]),
);

/** The code spans of a row that are paths, each with the quoted words up to the next one. */
function proofsIn(row: string): Proof[] {
  return [...row.matchAll(/`([^`]+\/[^`]+)`((?:[^`"]*"[^"]+")*)/g)].map(([, path = "", words = ""]) => ({
    path,
    words: [...words.matchAll(/"([^"]+)"/g)].map(([, word = ""]) => word),
  }));
}

test("docs/features.md has each row of the list, once", () => {
  const all = [numbered("S", 24), numbered("D", 2), numbered("P", 24), numbered("F", 51), numbered("N", 15)].flat();
  expect([...rows.keys()]).toEqual(all);
});

describe.each([...rows])("%s", (_, row) => {
  test("names what shows it, says why it does not apply, or which issue has it", () => {
    if (!/not yet|does not apply/i.test(row)) expect(proofsIn(row)).not.toEqual([]);
  });

  test.each(proofsIn(row).map(({ path, words }) => [path, words] as const))("%s is there, with %j", (path, words) => {
    expect(existsSync(join(root, path))).toBe(true);
    const text = words.length === 0 ? "" : readFileSync(join(root, path), "utf8").replace(/\\(["'`])/g, "$1");
    for (const word of words) expect(text.replace(/\s+/g, " ").includes(word)).toBe(true);
  });
});
