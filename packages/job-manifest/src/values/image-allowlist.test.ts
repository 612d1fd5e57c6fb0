import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { imageAllowed } from "./image-allowlist.ts";

describe("an image is allowed", () => {
  test.each([
    ["registry.example.com/agents/opencode:1", "registry.example.com/agents/*", true],
    ["registry.example.com/agents/a/b:1", "registry.example.com/agents/*", false],
    ["registry.example.com/agents/a/b:1", "registry.example.com/agents/**", true],
    ["registry.example.com.evil.org/agents/a", "registry.example.com*", false],
    ["registryXexample.com/a", "registry.example.com/*", false],
    ["evil.org/registry.example.com/a", "registry.example.com/**", false],
    ["opencode:1.18.33", "opencode:1.18.*", true],
    ["opencode", "opencode:*", false],
    ["opencode", "", false],
    ["a(b)+", "a(b)+", true],
  ])("%s by %s: %s", (image, glob, allowed) => {
    expect(imageAllowed(image, [glob])).toBe(allowed);
  });

  test("by any of the list, and by none of an empty one", () => {
    expect(imageAllowed("b", ["a", "b"])).toBe(true);
    expect(imageAllowed("b", [])).toBe(false);
  });
});

test("any name fits itself and **, and a glob of stars costs no time", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", "/", ":", ".", "(", "\n") }), (image) => {
      expect(imageAllowed(image, [image])).toBe(true);
      expect(imageAllowed(image, ["**"])).toBe(true);
      expect(imageAllowed(image, ["*"])).toBe(!image.includes("/"));
    }),
  );
  expect(imageAllowed("a".repeat(500), [`${"*a".repeat(100)}b`])).toBe(false);
});
