import { expect, test } from "vitest";
import { terminalStyle } from "./index.ts";

const terminal = { isTTY: true, columns: 80 };
const pipe = { isTTY: undefined, columns: undefined };

test.each([
  ["a terminal is coloured", terminal, {}, true],
  ["a pipe is not", pipe, {}, false],
  ["a dumb terminal is not", terminal, { TERM: "dumb" }, false],
  ["NO_COLOR takes the colours away", terminal, { NO_COLOR: "1" }, false],
  ["an empty NO_COLOR is none", terminal, { NO_COLOR: "" }, true],
  ["FORCE_COLOR colours a pipe", pipe, { FORCE_COLOR: "1" }, true],
  ["FORCE_COLOR=0 takes the colours away", terminal, { FORCE_COLOR: "0" }, false],
  ["FORCE_COLOR beats NO_COLOR", pipe, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
])("%s", (_, stream, env, color) => {
  expect(terminalStyle(stream, env).color).toBe(color);
});

test("lines are as long as the terminal, and never longer than is good to read", () => {
  const width = (columns?: number): number => terminalStyle({ columns }, {}).width;
  expect([80, 300, 0, undefined].map(width)).toEqual([80, 100, 100, 100]);
});
