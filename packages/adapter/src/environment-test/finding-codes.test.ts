import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FINDING_CODES } from "./finding-codes.ts";

const doc = readFileSync(new URL("../../../../docs/operating.md", import.meta.url), "utf8");
const section = doc.slice(doc.indexOf("## Testing an agent's environment")).split(/\n## /)[0] ?? "";

test("docs/operating.md has every code with its meaning, and no other", () => {
  const told = [...section.matchAll(/^\| `([a-z0-9_]+)` +\| (.*?) +\|$/gm)].map(([, code, meaning]) => [code, meaning]);
  expect(Object.fromEntries(told)).toEqual(FINDING_CODES);
});
