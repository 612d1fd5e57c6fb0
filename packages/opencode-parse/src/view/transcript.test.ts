import { expect, test } from "vitest";
import { FIXTURES, readRuns } from "../../test/runs.ts";
import { createRunReader, parseLine, resultEntry, transcript } from "../index.ts";
import type { TranscriptEntry } from "../index.ts";

const runs = new Map(readRuns(FIXTURES).map((run) => [run.name, run.lines]));

function entriesOf(name: string): TranscriptEntry[] {
  return (runs.get(name) ?? []).flatMap((line) => transcript(parseLine(line), "t"));
}

function line(type: string, part: object): string {
  return JSON.stringify({ type, timestamp: 1, sessionID: "ses_1", part });
}

test("a tool call and its result belong together; a failed command tells its exit code", () => {
  expect(entriesOf("bashfail")).toEqual([
    {
      kind: "tool_call",
      ts: "t",
      name: "bash",
      input: { command: "echo out; echo err >&2; exit 3", description: "fails with 3" },
      toolUseId: "call_stub_2_0",
    },
    {
      kind: "tool_result",
      ts: "t",
      toolUseId: "call_stub_2_0",
      toolName: "bash",
      content: "out\nerr\n[exit code 3]",
      isError: false,
    },
    { kind: "assistant", ts: "t", text: "The command failed with 3." },
  ]);
});

test("what a tool refused is an error of the tool", () => {
  expect(entriesOf("mcp-tool-fails").find((entry) => entry.kind === "tool_result")).toMatchObject({
    content: "tool says no",
    isError: true,
  });
});

test("notes of a compaction are no words of the model", () => {
  expect(entriesOf("nearlimit").map((entry) => entry.kind)).toEqual([
    "tool_call",
    "tool_result",
    "assistant",
    "system",
    "assistant",
  ]);
});

test.each([
  ["reasoning-thinking", ["thinking", "assistant"]],
  ["http401", ["stderr"]],
  ["filter", ["system", "stderr"]],
  ["length", ["assistant", "system"]],
  ["old-1.0.185/perm-bash-ask", ["stdout", "stdout", "stdout", "stdout", "stdout", "stdout"]],
])("the run %s is shown as %j", (name, kinds) => {
  expect(entriesOf(name).map((entry) => entry.kind)).toEqual(kinds);
});

test("an unknown event is shown as it was printed", () => {
  expect(transcript(parseLine('{"type":"later","n":1}'), "t")).toEqual([
    { kind: "stdout", ts: "t", text: '{"type":"later","n":1}' },
  ]);
});

test("nothing is shown where nothing is said", () => {
  for (const nothing of ["", "  \r", line("text", { text: "\n" }), line("step_start", {})]) {
    expect(transcript(parseLine(nothing), "t")).toEqual([]);
  }
});

test("long texts are shortened with a note, in inputs at any depth", () => {
  const long = "x".repeat(100_000);
  const state = { status: "completed", input: { edits: [{ newString: long }], count: 1 }, output: long };
  const [call, result] = transcript(parseLine(line("tool_use", { tool: "edit", state })), "t");
  expect(call).toMatchObject({
    input: { edits: [{ newString: `${long.slice(0, 4000)}… [96000 more characters]` }], count: 1 },
  });
  expect(result).toMatchObject({ content: `${long.slice(0, 20_000)}… [80000 more characters]` });
});

test("the result of a run says what it came to", () => {
  const resultOf = (name: string): TranscriptEntry => {
    const reader = createRunReader();
    for (const each of runs.get(name) ?? []) reader.push(each);
    return resultEntry(reader.report(), "t");
  };
  expect(resultOf("cached")).toEqual({
    kind: "result",
    ts: "t",
    text: "Cached answer.",
    inputTokens: 2000,
    outputTokens: 300,
    cachedTokens: 8000,
    costUsd: 0.0038,
    subtype: "stop",
    isError: false,
    errors: [],
  });
  expect(resultOf("overflow")).toMatchObject({ isError: false, errors: [expect.stringMatching(/^ContextOverflow/)] });
  expect(resultOf("perm-bash-ask")).toMatchObject({ isError: true, subtype: "tool-calls" });
  expect(resultOf("sigint-stream")).toMatchObject({ isError: true, subtype: "unfinished" });
});
