import { expect, test } from "vitest";
import { compare, type Delivery, gapDelivery, lineDelivery } from "./comparison.ts";

const all = ["1", "2", "3", "4", "5"];
/** `-` is a gap, anything else a line. */
const deliveries = (text: string): Delivery[] =>
  text
    .split(" ")
    .map((line, index, all) =>
      line === "-" ? gapBehind(all[index - 1]) : delivery(Buffer.from(line), all[index - 1] === "-"),
    );
const gapBehind = (line: string | undefined): Delivery =>
  gapDelivery(line === undefined || line === "-" ? null : { text: line, bytes: Buffer.byteLength(line) });
const delivery = (line: Buffer, behindGap: boolean): Delivery =>
  lineDelivery({ text: line.toString(), bytes: line.length }, behindGap);
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

const words = ["one", "two", "three", "four", "fünf"];
test.each([
  [
    "the rest of the line before, behind the gap that has its head",
    "one - ree four fünf",
    { gaps: 1, lostInGaps: 2, rests: 1 },
  ],
  ["the rest of the last line, behind a gap", "one two three - nf", { gaps: 1, lostInGaps: 2, rests: 1 }],
  ["two rests behind one gap", "one - ree ee four fünf", { gaps: 1, lostInGaps: 2, rests: 1, doubled: 1 }],
  ["the rest of another line", "one - wo four fünf", { gaps: 1, lostInGaps: 2, doubled: 1 }],
  ["the beginning of the line before", "one - thr four fünf", { gaps: 1, lostInGaps: 2, doubled: 1 }],
  ["the rest of a line that was delivered", "one two - wo three four fünf", { gaps: 1, falseGaps: 1, doubled: 1 }],
  ["a rest without a gap", "one ree four fünf", { lost: 2, doubled: 1 }],
  [
    "the head of a line and the rest of a later one, before the gap that has both",
    "one two thour - fünf",
    { gaps: 1, lostInGaps: 2, joined: 1 },
  ],
  ["the same without a gap", "one two thour fünf", { lost: 2, doubled: 1 }],
  [
    "the rest of a later line without a head, before a gap",
    "one two our - fünf",
    { gaps: 1, lostInGaps: 2, doubled: 1 },
  ],
  [
    "the head of a line and the rest of an earlier one, before a gap",
    "one two thwo - fünf",
    { gaps: 1, lostInGaps: 2, doubled: 1 },
  ],
  ["a rest between two gaps", "one - ree - four fünf", { gaps: 2, falseGaps: 1, lostInGaps: 2, doubled: 1 }],
])("%s", (_, text, expected) => {
  expect(judged(text, words)).toEqual(expected);
});

test("a rest that begins amid a character is compared byte for byte", () => {
  const behind = (rest: Buffer): Delivery[] => [gapDelivery(null), delivery(rest, true)];
  expect(compare(["fünf"], behind(Buffer.from("fünf").subarray(2)))).toMatchObject({ rests: 1, doubled: 0 });
  expect(compare(["fönf"], behind(Buffer.from("fünf").subarray(1)))).toMatchObject({ rests: 0, doubled: 1 });
  expect(compare(["fünf"], [gapDelivery(null), lineDelivery({ text: "\ufffdnf", bytes: 4 }, true)])).toMatchObject({
    doubled: 1,
  });
});

test("lines that are all the same are counted", () => {
  const same = ["x", "x", "x"];
  expect(judged("x x x", same)).toEqual({});
  expect(judged("x x", same)).toEqual({ lost: 1 });
  expect(judged("x x x x", same)).toEqual({ doubled: 1 });
});

test("the first fault is named", () => {
  expect(compare(all, deliveries("1 2 4 5")).first).toContain("lost 3 ");
  expect(compare(all, deliveries("1 2 2 3 4 5")).first).toMatch(/^doubled 2 .* before 3 /);
  expect(compare(all, deliveries("1 2 3 4 5")).first).toBe("");
});
