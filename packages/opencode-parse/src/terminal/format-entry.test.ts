import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FIXTURES, readRuns } from "../../test/runs.ts";
import { parseLine } from "../index.ts";
import { transcript } from "../view/index.ts";
import type { TranscriptEntry } from "../view/index.ts";
import { displayWidth } from "./display-width.ts";
import { formatEntry } from "./index.ts";
import type { TerminalStyle } from "./index.ts";
import { printable, wrap } from "./wrap.ts";

const plain: TerminalStyle = { color: false, width: 60 };
const runs = readRuns(FIXTURES);

function shown(name: string, style: TerminalStyle = plain): string {
  const lines = runs.find((run) => run.name === name)?.lines ?? [];
  const entries = lines.flatMap((line) => transcript(parseLine(line), "t"));
  return entries.flatMap((entry) => formatEntry(entry, style)).join("\n");
}

function toolCall(name: string, input: unknown): TranscriptEntry {
  return { kind: "tool_call", ts: "t", name, input, toolUseId: "call_1" };
}

function toolResult(content: string, isError = false): TranscriptEntry {
  return { kind: "tool_result", ts: "t", toolUseId: "call_1", toolName: "bash", content, isError };
}

describe("a run in a terminal", () => {
  test("with tools that work and tools that fail", () => {
    expect(shown("agent-plan")).toMatchInlineSnapshot(`
      "● I will run a command.
      ◆ bash  echo hi-from-bash; uname -s
        │ hi-from-bash
        │ Linux
      · Step finished: tool-calls · 1,000 tokens in · 20 out ·
        $0.001
      ◆ write  /run/agent/agent-plan/work/out.txt (2 lines)
        ✖ The user has specified a rule which prevents you from
        │ using this specific tool call. Here are some of the
        │ relevant rules
        │ [{"permission":"*","action":"allow","pattern":"*"},{"per
        │ mission":"edit","pattern":"*","action":"deny"},{"permiss
        │ ion":"edit","pattern":".opencode/plans/*.md","action":"a
        │ llow"},{"permission":"edit","pattern":"../home/.local/sh
        │ are/opencode/plans/*.md","action":"allow"}]
      · Step finished: tool-calls · 1,100 tokens in · 30 out ·
        $0.0012
      ◆ read  /run/agent/agent-plan/work/out.txt
        ✖ File not found: /run/agent/agent-plan/work/out.txt
      · Step finished: tool-calls · 1,200 tokens in · 25 out ·
        $0.0013
      ● All three tools ran.
      · Step finished: stop · 1,300 tokens in · 10 out · $0.0013"
    `);
  });

  test("with a cached prompt", () => {
    expect(shown("cached")).toMatchInlineSnapshot(`
      "● Cached answer.
      · Step finished: stop · 2,000 tokens in (+ 8,000 cached) ·
        500 out · $0.0038"
    `);
  });

  test("that thinks aloud", () => {
    expect(shown("reasoning-thinking")).toMatchInlineSnapshot(`
      "✻ Let me think about this. It has two parts.
      ● The answer is 42.
      · Step finished: stop · 200 tokens in · 60 out · $0.00032"
    `);
  });

  test("that is refused by the provider", () => {
    expect(shown("http401")).toMatchInlineSnapshot(`"✖ APIError (HTTP 401): Incorrect API key provided: sk-stub."`);
  });

  test("that is compacted on its way", () => {
    expect(shown("nearlimit")).toMatchInlineSnapshot(`
      "◆ bash  echo big
        │ big
      · Step finished: tool-calls · 127,000 tokens in · 500 out ·
        $0.13
      ● Summary of the conversation so far.
      · Step finished: stop · 500 tokens in · 50 out · $0.0006
      · Continue if you have next steps, or stop and ask for
        clarification if you are unsure how to proceed.
      ● Hello from the stub. You said 100 characters.
      · Step finished: stop · 120 tokens in · 15 out · $0.00015"
    `);
  });

  test("in colour", () => {
    expect(shown("bashfail", { color: true, width: 60 }).replaceAll("\u001b", "␛")).toMatchInlineSnapshot(`
      "␛[36m◆␛[0m ␛[1mbash␛[0m  echo out; echo err >&2; exit 3
      ␛[2m  │ out␛[0m
      ␛[2m  │ err␛[0m
      ␛[2m  │ [exit code 3]␛[0m
      ␛[2m·␛[0m ␛[2mStep finished: tool-calls · 120 tokens in · 15 out ·␛[0m
        ␛[2m$0.00015␛[0m
      ␛[32m●␛[0m The command failed with 3.
      ␛[2m·␛[0m ␛[2mStep finished: stop · 120 tokens in · 15 out · $0.00015␛[0m"
    `);
  });
});

test("where steps start is shown to those who want all", () => {
  expect(shown("text", { ...plain, verbose: true })).toMatchInlineSnapshot(`
    "· Step started
    ● Hello from the stub. You said 22 characters.
    · Step finished: stop · 120 tokens in · 15 out · $0.00015"
  `);
});

describe("the result of a run", () => {
  const used = { inputTokens: 2000, outputTokens: 500, cachedTokens: 8000, costUsd: 1.234 };
  const result = { kind: "result" as const, ts: "t", text: "", subtype: "ok", isError: false, errors: [], ...used };

  test("is what it came to, and what it used", () => {
    expect(formatEntry(result, plain)).toEqual(["✔ ok · 2,000 tokens in (+ 8,000 cached) · 500 out · $1.23"]);
  });

  test("says what went wrong, and what to do", () => {
    const failed = { ...result, subtype: "auth", isError: true, costUsd: 0, errors: ["No key.", "Give it one."] };
    expect(formatEntry(failed, plain)).toEqual([
      "✖ auth · 2,000 tokens in (+ 8,000 cached) · 500 out",
      "  No key.",
      "  Give it one.",
    ]);
  });
});

describe("a tool call", () => {
  test.each([
    [toolCall("bash", { command: "ls -l" }), "◆ bash  ls -l"],
    [toolCall("write", { filePath: "a.txt", content: "one\ntwo\n" }), "◆ write  a.txt (2 lines)"],
    [toolCall("grep", { pattern: "TODO", path: "src" }), "◆ grep  TODO in src"],
    [toolCall("demo_add", { a: 2, b: 3 }), '◆ demo_add  {"a":2,"b":3}'],
    [toolCall("task", { description: "Look around", subagent_type: "explore" }), "◆ task  Look around (explore)"],
    [toolCall("todowrite", { todos: [{ status: "completed" }, { status: "pending" }] }), "◆ todowrite  1 of 2 done"],
    [toolCall("constructor", { a: 1 }), '◆ constructor  {"a":1}'],
    [toolCall("hi", {}), "◆ hi"],
    [toolCall("odd", undefined), "◆ odd"],
  ])("says the essential: %j", (entry, line) => {
    expect(formatEntry(entry, plain)).toEqual([line]);
  });

  test("of several lines stays in its column, and goes below a long name", () => {
    expect(formatEntry(toolCall("bash", { command: "cd src\nmake all" }), plain)).toEqual([
      "◆ bash  cd src",
      "        make all",
    ]);
    expect(formatEntry(toolCall("a_server_with_a_long_name_tool", { a: 1 }), plain)).toEqual([
      "◆ a_server_with_a_long_name_tool",
      '    {"a":1}',
    ]);
  });
});

describe("a tool's output", () => {
  test("is limited to some lines, with a note; its end stays, because there stands how a command failed", () => {
    const nine = Array.from({ length: 9 }, (_, index) => `line ${index + 1}\n`).join("");
    const limited = (maxOutputLines: number): string[] =>
      formatEntry(toolResult(`${nine}[exit code 2]`), { ...plain, maxOutputLines });
    expect(limited(4)).toEqual(["  │ line 1", "  │ line 2", "  │ … 7 more lines", "  │ [exit code 2]"]);
    expect(limited(2)).toEqual(["  │ line 1", "  │ … 9 more lines"]);
    expect(limited(0)).toEqual(["  │ … 10 more lines"]);
    expect(limited(10)).toHaveLength(10);
  });

  test("is a file without the tags that it has for the model", () => {
    const framed =
      "<path>/a/b</path>\n<type>file</type>\n<content>\n1: one\n\n(End of file - total 1 lines)\n</content>";
    const entry = { ...toolResult(framed), toolName: "read" };
    expect(formatEntry(entry, plain)).toEqual(["  │ 1: one", "  │", "  │ (End of file - total 1 lines)"]);
  });

  test("may be empty, and may be an error", () => {
    expect(formatEntry(toolResult("\n"), plain)).toEqual(["  │ (no output)"]);
    expect(formatEntry(toolResult("one\ntwo", true), plain)).toEqual(["  ✖ one", "  │ two"]);
  });
});

test.each([
  [
    "colours, titles, control characters, marks that reorder",
    "\u001b[31mred\u001b[0m \u001b]0;t\u0007x\u0000\u202ey\tz",
    "red xy    z",
  ],
  [
    "links",
    "\u001b]8;;http://a\u001b\\text\u001b]8;;\u001b\\ \u001b]8;;http://a\u0007text\u001b]8;;\u0007",
    "text text",
  ],
  ["a character set and a saved cursor", "\u001b(Ba\u001b7b\u001b8c\u001b=d", "abcd"],
  ["sequences of C1", "\u009b31mred\u009b0m \u009d0;t\u0007x \u001b]0;t\u009cy", "red x y"],
  ["a title that does not end, up to the end of its line", "a\u001b]0;t\nb", "a\nb"],
])("foreign text cannot command the terminal: %s", (_, text, expected) => {
  expect(printable(text)).toBe(expected);
});

describe("a carriage return", () => {
  test("rewrites a line of output, which is shown as its last state", () => {
    expect(formatEntry(toolResult("10%\r50%\r100%\r\nnext\r\r\nlast\r"), plain)).toEqual([
      "  │ 100%",
      "  │ next",
      "  │ last",
    ]);
    expect(formatEntry({ kind: "stdout", ts: "t", text: "10%\r20%" }, plain)).toEqual(["  20%"]);
  });

  test("hides nothing of a command or of what the model says", () => {
    expect(formatEntry(toolCall("bash", { command: "rm -r . #\recho hello" }), plain)).toEqual([
      "◆ bash  rm -r . #",
      "        echo hello",
    ]);
    expect(formatEntry({ kind: "assistant", ts: "t", text: "All is lost\rAll is well\r\n" }, plain)).toEqual([
      "● All is lost",
      "  All is well",
    ]);
  });
});

test.each([Number.NaN, 0, -1, 1])("a width of %d is taken as 20", (width) => {
  const entry = toolResult("one two three four five");
  expect(formatEntry(entry, { color: false, width })).toEqual(formatEntry(entry, { color: false, width: 20 }));
});

test("lines break at spaces, else anywhere, and wide characters count twice", () => {
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("  abcdefghij", 5)).toEqual(["  abc", "defgh", "ij"]);
  expect(wrap("日本語です", 4)).toEqual(["日本", "語で", "す"]);
  expect(wrap("👨‍👩‍👧👨‍👩‍👧", 2)).toEqual(["👨‍👩‍👧", "👨‍👩‍👧"]);
});

test("no line is wider than the terminal, or commands it, whatever the entry says", () => {
  const odd = fc.constantFrom("x".repeat(500), "日本語 🚀\t\u001b[1m");
  const sequence = fc.string({
    unit: fc.constantFrom("\u001b", "\u009b", "\u009d", "[", "]", "8;;", "\u0007", "\r", "\n", "\u202e", "x"),
  });
  const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.lorem(), odd, sequence);
  const entry = fc.oneof(
    fc.record({ kind: fc.constantFrom("assistant", "thinking", "system", "stderr", "stdout"), ts: text, text }),
    fc.tuple(fc.oneof(fc.constant("bash"), text), text).map(([name, command]) => toolCall(name, { command })),
    fc.tuple(text, fc.boolean()).map(([content, isError]) => toolResult(content, isError)),
  ) as fc.Arbitrary<TranscriptEntry>;
  fc.assert(
    fc.property(entry, fc.integer({ min: 20, max: 100 }), (each, width) => {
      for (const line of formatEntry(each, { color: false, width })) {
        expect(displayWidth(line)).toBeLessThanOrEqual(width);
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }
    }),
  );
});
