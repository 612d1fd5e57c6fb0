import { expect, test } from "vitest";
import { compare, type Delivery } from "./comparison.ts";

const all = ["1", "2", "3", "4", "5"];
/** `-` is a gap, anything else a line. */
const deliveries = (text: string): Delivery[] =>
  text.split(" ").map((key) => (key === "-" ? { kind: "gap" } : { kind: "line", key }));
const judged = (text: string, written = all): Record<string, number> => {
  const { written: _, delivered: __, first: ___, ...rest } = compare(written, deliveries(text));
  return Object.fromEntries(Object.entries(rest).filter(([, count]) => count > 0));
};

test.each([
  ["all, in order", "1 2 3 4 5", {}],
  ["one missing in silence", "1 2 4 5", { lost: 1 }],
  ["the end missing in silence", "1 2 3", { lost: 2 }],
  ["a reported hole", "1 2 - 5", { gaps: 1, lostInGaps: 2 }],
  ["a hole reported at the end", "1 2 3 -", { gaps: 1, lostInGaps: 2 }],
  ["a gap where nothing is missing", "1 2 - 3 4 5", { gaps: 1, falseGaps: 1 }],
  ["a hole elsewhere than reported", "1 3 4 - 5", { lost: 1, gaps: 1, falseGaps: 1 }],
  ["one twice", "1 2 2 3 4 5", { doubled: 1 }],
  ["two exchanged", "1 3 2 4 5", { lost: 1, doubled: 1 }],
])("%s", (_, text, expected) => {
  expect(judged(text)).toEqual(expected);
});

test("lines that are all the same are counted", () => {
  const same = ["x", "x", "x"];
  expect(judged("x x x", same)).toEqual({});
  expect(judged("x x", same)).toEqual({ lost: 1 });
  expect(judged("x x x x", same)).toEqual({ doubled: 1 });
});

test("the first fault is named", () => {
  expect(compare(all, deliveries("1 2 4 5")).first).toBe("lost 3");
  expect(compare(all, deliveries("1 2 2 3 4 5")).first).toBe("doubled 2 before 3");
  expect(compare(all, deliveries("1 2 3 4 5")).first).toBe("");
});
