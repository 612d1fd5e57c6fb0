import { expect, test } from "vitest";
import { findChromium } from "./find-chromium.ts";

test("CHROMIUM_PATH comes first, then the usual places", () => {
  expect(findChromium({ CHROMIUM_PATH: "/opt/chromium" }, () => true)).toBe("/opt/chromium");
  expect(findChromium({ CHROMIUM_PATH: "" }, (path) => path === "/usr/bin/chromium")).toBe("/usr/bin/chromium");
  expect(findChromium({}, () => false)).toBeNull();
});

test("a CHROMIUM_PATH that does not exist is an error: the browser was meant to be used", () => {
  expect(() => findChromium({ CHROMIUM_PATH: "/opt/chromium" }, () => false)).toThrow(
    /CHROMIUM_PATH is \/opt\/chromium/,
  );
});
