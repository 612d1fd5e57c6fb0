import { expect, test } from "vitest";
import { publicText } from "./public-text.ts";

test.each([
  ["Incorrect API key provided: sk-abc123.", "Incorrect API key provided: ***"],
  ["Authorization: Bearer abcdef123456", "Authorization: ***"],
  ["https://host/v1?key=AIzaSyabcdef&x=1", "https://host/v1?key=***&x=1"],
  ["https://user:word@host/v1", "https://***@host/v1"],
  ["token ghp_abcdefghijk", "token ***"],
  ["two\n  lines\u001b[91m red\u001b[0m", "two lines red"],
  ["/run/key-file-missing/nokey.txt", "/run/key-file-missing/nokey.txt"],
])("%j is shown as %j", (text, shown) => {
  expect(publicText(text)).toBe(shown);
});

test("long words are cut", () => {
  expect(publicText("x".repeat(9999))).toBe(`${"x".repeat(300)}…`);
});
