import { expect, test } from "vitest";
import { buildRunObjects } from "./build-run-objects.ts";
import type { RunInput } from "./input/run-input.ts";
import { sampleInput } from "./sample-input.ts";

const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

test.each<[string, Partial<RunInput>]>([
  ["annotations", { annotations: { note: "\u0001".repeat(200_000) } }],
  ["env", { env: Object.fromEntries(many(9_000, (index) => [`VARIABLE_${index}`, ""])) }],
  ["labels", { labels: Object.fromEntries(many(9_000, (index) => [`example.com/label-${index}`, "x".repeat(63)])) }],
  ["files", { files: many(2_000, (index) => ({ path: `${`${"f".repeat(250)}/`.repeat(4)}${index}`, content: "" })) }],
  ["files", { files: many(2_001, (index) => ({ path: String(index), content: "" })) }],
  ["extraArgs", { extraArgs: many(4, () => "\u0001".repeat(100_000)) }],
])("what makes a Job that no cluster can store is refused by name: %s", (field, change) => {
  expect(() => buildRunObjects({ ...sampleInput, ...change })).toThrow(
    expect.objectContaining({ name: "ManifestError", field }),
  );
});
