import type { TranscriptEntry } from "@paperclipai/adapter-utils";
import fc from "fast-check";
import { expect, expectTypeOf, test } from "vitest";
import { parseStdoutLine } from "./ui-parser.ts";

const AT = "2026-11-23T00:00:00.000Z";
const event = (type: string, part: object): string =>
  JSON.stringify({ type, timestamp: 1, sessionID: "ses_1", part: { type, ...part } });

test("what OpenCode says is the assistant's", () => {
  expect(parseStdoutLine(event("text", { text: "Done." }), AT)).toEqual([{ kind: "assistant", ts: AT, text: "Done." }]);
});

test("a call of a tool and its result belong together", () => {
  const state = { status: "completed", input: { command: "ls" }, output: "a\n", metadata: {} };
  const [call, result] = parseStdoutLine(event("tool_use", { tool: "bash", callID: "call_1", state }), AT);
  expect(call).toMatchObject({ kind: "tool_call", name: "bash", input: { command: "ls" }, toolUseId: "call_1" });
  expect(result).toMatchObject({ kind: "tool_result", toolUseId: "call_1", content: "a\n", isError: false });
});

test("what the adapter says of the run is the system's, without its mark", () => {
  expect(parseStdoutLine("[paperclip] The image is being pulled.", AT)).toEqual([
    { kind: "system", ts: AT, text: "The image is being pulled." },
  ]);
});

test("the blank line that keeps a quiet run alive is shown by nothing", () => {
  expect(parseStdoutLine("", AT)).toEqual([]);
});

test("whatever a line is, its entries can be sent from a worker, and nothing is thrown", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), (line) => {
      const entries = parseStdoutLine(line, AT);
      expect(structuredClone(entries)).toEqual(entries);
    }),
  );
});

test("the entries are Paperclip's", () => {
  expectTypeOf(parseStdoutLine).returns.toExtend<TranscriptEntry[]>();
});
