import { expect, test } from "vitest";
import { type ProbeAnswer, withLine } from "./probe-answer.ts";

test.each<[string, ProbeAnswer]>([
  ["opencode.version 1.18.33", { opencode: { kind: "version", version: "1.18.33" } }],
  ["opencode.version WARN x 1.19.0-beta.2", { opencode: { kind: "version", version: "1.19.0-beta.2" } }],
  ["opencode.version Usage: opencode", { opencode: { kind: "failed", said: "Usage: opencode" } }],
  ["opencode.missing /usr/bin:/bin", { opencode: { kind: "missing", path: "/usr/bin:/bin" } }],
  ["opencode.failed not found ", { opencode: { kind: "failed", said: "not found" } }],
  ["api.status 403", { api: { kind: "status", status: 403 } }],
  ["api.unreachable ECONNREFUSED no", { api: { kind: "unreachable", why: "ECONNREFUSED no" } }],
  ["api.unchecked ", { api: { kind: "unchecked" } }],
  ["of.a.later.program 1", {}],
])("%s", (line, wanted) => {
  expect(withLine({}, `opencode-k8s.probe ${line}`)).toEqual(wanted);
});

test("what others print is nothing, and what was said stays", () => {
  const answer: ProbeAnswer = { api: { kind: "unchecked" } };
  expect(withLine(answer, "api.status 200")).toBe(answer);
  expect(withLine(answer, "opencode-k8s.probe opencode.version 1.2.3")).toEqual({
    ...answer,
    opencode: { kind: "version", version: "1.2.3" },
  });
});
