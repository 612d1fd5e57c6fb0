import { expect, test } from "vitest";
import { compareLines } from "./compare-lines.ts";

test("counts what is missing and what came too often, also of lines with the same text", () => {
  expect(compareLines(["a", "a", "b"], ["b", "a", "a"])).toEqual({
    written: 3,
    delivered: 3,
    lost: 0,
    doubled: 0,
    halves: 0,
  });
  expect(compareLines(["a", "a", "b"], ["a", "b", "b", "c"])).toEqual({
    written: 3,
    delivered: 4,
    lost: 1,
    doubled: 2,
    halves: 0,
    firstDoubled: "b … b",
  });
});

test("knows a shortened line by its beginning", () => {
  const event = (id: string, text: string): string => JSON.stringify({ type: "text", part: { id, text } });
  const written = ["prt_1", "prt_2"].map((id) => event(id, "x".repeat(10_000)));
  const shortened = event("prt_1", `${"x".repeat(200)}… [9600 characters left out] …${"x".repeat(200)}`);
  expect(compareLines(written, [shortened])).toEqual({ written: 2, delivered: 1, lost: 1, doubled: 0, halves: 0 });
});

test("knows the halves of lines that rotation has cut in two", () => {
  const written = ["line 1 begins and ends so", "line 2 begins and ends thus", "line 3 begins and is over"];
  expect(compareLines(written, ["ds thus"])).toMatchObject({ lost: 3, doubled: 0, halves: 1 });
  expect(compareLines(written, ["line 1 beginends thus"])).toMatchObject({ lost: 3, doubled: 0, halves: 1 });
  const cutInHeader = "line 1 beg:07.1Z stdout F line 3 begins and is over";
  expect(compareLines(written, [cutInHeader])).toMatchObject({ lost: 3, doubled: 0, halves: 1 });
  expect(compareLines(written, ["line 1 beg"])).toMatchObject({ lost: 3, doubled: 1, halves: 0 });
  expect(compareLines(written, ["line 4 was never written"])).toMatchObject({ lost: 3, doubled: 1, halves: 0 });
});
