import { expect, test } from "vitest";
import { parseRetryAfter } from "./retry-after.ts";

const NOW = Date.parse("Sun, 22 Nov 2026 12:00:00 GMT");

test.each<[string, unknown, number | null]>([
  ["seconds", "7", 7_000],
  ["seconds as a number, as in a Status", 2, 2_000],
  ["zero", "0", 0],
  ["an HTTP date", "Sun, 22 Nov 2026 12:00:30 GMT", 30_000],
  ["an HTTP date that has passed", "Sun, 22 Nov 2026 11:00:00 GMT", 0],
  ["nothing", null, null],
  ["an empty header", "", null],
  ["less than nothing", "-1", null],
  ["words", "soon", null],
])("Retry-After: %s", (_, header, ms) => {
  expect(parseRetryAfter(header, NOW)).toBe(ms);
});
