import { expect, test } from "vitest";
import { outputLimit } from "./output-limit.ts";

test("events may have 256 MiB, or what is given", () => {
  expect(outputLimit({})).toBe(268_435_456);
  expect(outputLimit({ maxOutputBytes: 1 })).toBe(1);
});

test.each([0, -1, 1.5, Number.NaN, Infinity])("%d is refused, by name", (maxOutputBytes) => {
  expect(() => outputLimit({ maxOutputBytes })).toThrow(/maxOutputBytes/);
});
