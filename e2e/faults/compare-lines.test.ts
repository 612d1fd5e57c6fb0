import { expect, test } from "vitest";
import { compareLines } from "./compare-lines.ts";

test("counts what is missing and what came too often, also of lines with the same text", () => {
  expect(compareLines(["a", "a", "b"], ["b", "a", "a"])).toEqual({ written: 3, delivered: 3, lost: 0, doubled: 0 });
  expect(compareLines(["a", "a", "b"], ["a", "b", "b", "c"])).toEqual({
    written: 3,
    delivered: 4,
    lost: 1,
    doubled: 2,
  });
});

test("knows a shortened line by its beginning", () => {
  const event = (id: string, text: string): string => JSON.stringify({ type: "text", part: { id, text } });
  const written = ["prt_1", "prt_2"].map((id) => event(id, "x".repeat(10_000)));
  const shortened = event("prt_1", `${"x".repeat(200)}… [9600 characters left out] …${"x".repeat(200)}`);
  expect(compareLines(written, [shortened])).toEqual({ written: 2, delivered: 1, lost: 1, doubled: 0 });
});
