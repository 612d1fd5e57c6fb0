import { describe, expect, test } from "vitest";
import { parseReceipt } from "./receipt.ts";

const receipt = {
  type: "opencode_k8s.receipt",
  protocol: 1,
  exitCode: 0,
  signal: null,
  lines: 3,
  bytes: 420,
  peakMemoryBytes: 400_000_000,
  durationMs: 3100,
  opencodeVersion: "1.18.33",
  stopReason: null,
};

describe("parseReceipt", () => {
  test.each([
    ["a run that ended by itself", {}],
    ["a signal", { exitCode: null, signal: "SIGKILL" }],
    ["a time limit", { exitCode: null, signal: "SIGTERM", stopReason: "timeout" }],
    ["an output that grew too long", { exitCode: null, signal: "SIGTERM", stopReason: "output_limit" }],
    ["a new session in the place of an unknown one", { freshSession: true }],
    ["warnings", { warnings: ["rg_missing", "one_of_a_later_program"] }],
    ["a copy of the events", { copy: { path: ".opencode-k8s/.runs/a/r/events.jsonl", bytes: 420 } }],
    ["a copy that failed", { copy: { failed: "No space left on device" } }],
    ["no copy", { copy: null }],
    ["a member of a later program", { later: { a: 1 } }],
    ["what is not known", { peakMemoryBytes: null, opencodeVersion: null }],
  ])("takes %s", (_, change) => {
    expect(parseReceipt(JSON.stringify({ ...receipt, ...change }))).toEqual({ ...receipt, ...change });
  });

  test.each([
    ["another protocol", { protocol: 2 }],
    ["an exit code and a signal", { signal: "SIGKILL" }],
    ["neither", { exitCode: null }],
    ["an exit code that no process has", { exitCode: 256 }],
    ["a number as text", { lines: "3" }],
    ["fewer bytes than lines", { bytes: 2 }],
    ["a reason it does not know", { stopReason: "bored" }],
    ["a session that is new by word", { freshSession: "true" }],
    ["warnings that are no texts", { warnings: [1] }],
    ["a copy without its size", { copy: { path: "events.jsonl" } }],
    ["a copy that is none", { copy: "events.jsonl" }],
    ["a missing member", { durationMs: undefined }],
  ])("refuses %s", (_, change) => {
    expect(parseReceipt(JSON.stringify({ ...receipt, ...change }))).toBeNull();
  });

  test.each(["", "{", '{"type":"text"}', '{"type":"opencode_k8s.receipt",', "[]", "null"])("refuses %j", (line) => {
    expect(parseReceipt(line)).toBeNull();
  });
});
