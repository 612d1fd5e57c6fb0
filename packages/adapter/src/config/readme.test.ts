import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { configSchema } from "./schema.ts";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const table = readme.slice(readme.indexOf("## Configuration"), readme.indexOf("### OpenCode's configuration"));
/** Default by key, as the README has them. */
const told = new Map(
  [...table.matchAll(/^\| `([^`]+)` +\| (.*?) +\|/gm)].map(([, key = "", fallback = ""]) => [key, fallback]),
);

test("the README has every key of the configuration, and no other", () => {
  expect([...told.keys()].toSorted()).toEqual([...Object.keys(configSchema.shape), "env"].toSorted());
});

test.each(Object.entries(configSchema.shape))("and the default of %s", (key, shape) => {
  const { success, data } = shape.safeParse(undefined);
  // Without a default of the schema's, another part has one, and the README says it in words.
  if (data !== undefined) expect(told.get(key)).toBe(`\`${typeof data === "string" ? data : JSON.stringify(data)}\``);
  else expect(told.get(key) === "required").toBe(!success);
});
