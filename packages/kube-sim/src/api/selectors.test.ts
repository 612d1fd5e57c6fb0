import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLabelSelector } from "./label-selector.ts";
import { parseRoute } from "./route.ts";
import { quantity } from "../cluster/quantity.ts";
import { expand } from "../cluster/environment.ts";

describe("parseLabelSelector", () => {
  const labels = { app: "web", "example.com/tier": "db", empty: "" };

  it.each([
    ["", true],
    ["app=web", true],
    ["app==web,example.com/tier=db", true],
    ["app=web,example.com/tier!=db", false],
    ["app in (api, web)", true],
    ["app notin (web)", false],
    ["none notin (web)", true],
    ["none!=web", true],
    ["app,!none", true],
    ["!app", false],
    ["empty=", true],
  ])("%j selects: %s", (text, expected) => {
    expect(parseLabelSelector(text)(labels)).toBe(expected);
  });

  it.each(["a===", "a=b c", "in (a)", "a in b", ","])("refuses %j", (text) => {
    expect(() => parseLabelSelector(text)).toThrow("unable to parse requirement");
  });
});

describe("parseRoute", () => {
  it.each([
    ["/api/v1/namespaces", "collection", undefined],
    ["/api/v1/namespaces/a", "object", undefined],
    ["/api/v1/namespaces/a/pods", "collection", "a"],
    ["/api/v1/pods", "collection", undefined],
    ["/api/v1/namespaces/a/pods/p/log", "subresource", "a"],
    ["/apis/batch/v1/namespaces/a/jobs/j", "object", "a"],
    ["/apis/batch/v1/pods", "unknown-resource", undefined],
    ["/apis/nothing/v1/x", "unknown-path", undefined],
    ["/", "unknown-path", undefined],
  ])("%s is a %s of %s", (path, kind, namespace) => {
    const route = parseRoute(path);
    expect([route.kind, "namespace" in route ? route.namespace : undefined]).toEqual([kind, namespace]);
  });
});

describe("quantity", () => {
  it.each([
    ["500m", 0.5],
    ["2", 2],
    ["1.5Gi", 1.5 * 2 ** 30],
    ["1e3", 1000],
    ["3k", 3000],
  ])("%s is %d", (text, value) => {
    expect(quantity(text)).toBeCloseTo(value);
  });
});

describe("expand", () => {
  const env = { A: "a", B: "$(A)" };

  it.each([
    ["$(A)", "a"],
    ["$$(A)", "$(A)"],
    ["$$$(A)", "$a"],
    ["$(NONE)", "$(NONE)"],
    ["$(B)", "$(A)"],
    ["$A $", "$A $"],
    ["$(A", "$(A"],
  ])("%s becomes %s", (text, expected) => {
    expect(expand(text, env)).toBe(expected);
  });

  it("leaves a text without dollars as it is", () => {
    const text = fc.string().filter((candidate) => !candidate.includes("$"));
    fc.assert(fc.property(text, (given) => expand(given, env) === given));
  });
});
