import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FIXTURES, readRuns } from "../../test/runs.ts";
import { parseLine } from "../index.ts";
import { transcript } from "./index.ts";
import type { TranscriptEntry } from "./index.ts";

const runs = new Map(readRuns(FIXTURES).map((run) => [run.name, run.lines]));

function show(line: string): TranscriptEntry[] {
  return transcript(parseLine(line), "t");
}

function entriesOf(name: string): TranscriptEntry[] {
  return (runs.get(name) ?? []).flatMap(show);
}

function line(type: string, part: object): string {
  return JSON.stringify({ type, timestamp: 1, sessionID: "ses_1", part });
}

function tool(name: string, state: object, part: object = { callID: "call_1" }): TranscriptEntry[] {
  return show(line("tool_use", { ...part, tool: name, state: { status: "completed", output: "", ...state } }));
}

function resultOf(name: string, state: object): string | undefined {
  return tool(name, state).find((entry) => entry.kind === "tool_result")?.content;
}

/** Kind and text of the first entry. */
function first(entries: readonly TranscriptEntry[]): string {
  const [entry] = entries;
  return entry === undefined || !("text" in entry) ? String(entry?.kind) : `${entry.kind}: ${entry.text}`;
}

describe("a run", () => {
  test("is shown with its steps, its calls and their results, and its answer", () => {
    expect(entriesOf("bashfail")).toEqual([
      { kind: "system", ts: "t", text: "Step started" },
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
      { kind: "system", ts: "t", text: "Step finished: tool-calls · 120 tokens in · 15 out · $0.00015" },
      { kind: "system", ts: "t", text: "Step started" },
      { kind: "assistant", ts: "t", text: "The command failed with 3." },
      { kind: "system", ts: "t", text: "Step finished: stop · 120 tokens in · 15 out · $0.00015" },
    ]);
  });

  test.each([
    ["reasoning-thinking", ["system", "thinking", "assistant", "system"]],
    ["http401", ["stderr"]],
    ["filter", ["system", "system", "stderr"]],
    ["length", ["system", "assistant", "system"]],
    ["old-1.0.185/perm-bash-ask", ["stdout", "stdout", "stdout", "stdout", "stdout", "stdout"]],
  ])("%s is shown as %j", (name, kinds) => {
    expect(entriesOf(name).map((entry) => entry.kind)).toEqual(kinds);
  });

  test("that was compacted shows OpenCode's note, which is no word of the model", () => {
    const notes = entriesOf("nearlimit").filter((entry) => entry.kind === "system" && !entry.text.startsWith("Step"));
    expect(notes).toEqual([
      expect.objectContaining({ text: expect.stringMatching(/^Continue if you have next steps/) }),
    ]);
  });

  test("has an entry for every line that is not blank", () => {
    for (const [name, lines] of runs) {
      for (const each of lines) expect(show(each).length > 0, `${name}: ${each}`).toBe(each.trim() !== "");
    }
  });
});

test("a text without words is a note, not a message with nothing in it", () => {
  expect(first(show(line("text", { text: "\n" })))).toBe("system: Empty text");
});

describe("a step", () => {
  const finish = (reason: string, rest: object = {}): string => first(show(line("step_finish", { reason, ...rest })));

  test("tells at its end what it used: from the cache and not, reasoning as output", () => {
    const tokens = { input: 1999, output: 300, reasoning: 200, cache: { read: 8000, write: 1 } };
    expect(finish("stop", { cost: 0.0038, tokens })).toBe(
      "system: Step finished: stop · 2,000 tokens in (+ 8,000 cached) · 500 out · $0.0038",
    );
    expect(finish("stop")).toBe("system: Step finished: stop");
  });

  test.each([
    ["length", /answer is cut/],
    ["content-filter", /content filter/],
    ["unknown", /asks again/],
    ["constructor", /Step finished: constructor$/],
  ])("that ended with %s says %s", (reason, words) => {
    expect(finish(reason)).toMatch(words);
  });
});

describe("a tool call", () => {
  test("that was refused is an error of the tool", () => {
    const result = entriesOf("mcp-tool-fails").find((entry) => entry.kind === "tool_result");
    expect(result).toMatchObject({ content: "tool says no", isError: true });
  });

  test("and its result have one id: the model's, else OpenCode's, else one made of the line", () => {
    const ids = (part: object, output = ""): unknown[] =>
      tool("read", { output }, part).map((entry) => "toolUseId" in entry && entry.toolUseId);
    expect(ids({ callID: "call_1", id: "prt_1" })).toEqual(["call_1", "call_1"]);
    expect(ids({ id: "prt_1" })).toEqual(["prt_1", "prt_1"]);
    expect(ids({ callID: "", id: "prt_1" })).toEqual(["prt_1", "prt_1"]);
    expect(ids({})).toEqual([expect.stringMatching(/^call_[0-9a-f]+$/), ids({})[0]]);
    expect(ids({}, "one")).not.toEqual(ids({}, "two"));
  });

  test("of a to-do list results in that list", () => {
    const todos = ["completed", "in_progress", "cancelled", "pending"].map((status) => ({ content: status, status }));
    const list = "☑ completed\n▸ in_progress\n☒ cancelled\n☐ pending";
    expect(resultOf("todowrite", { input: { todos }, output: "[…]" })).toBe(list);
    expect(resultOf("todowrite", { metadata: { todos }, output: "[…]" })).toBe(list);
    expect(resultOf("todowrite", { input: { todos: [1, {}] } })).toBe("☐ 1\n☐ {}");
    expect(resultOf("todowrite", { output: "odd" })).toBe("odd");
  });

  test("of a sub-agent names its session and its model", () => {
    const metadata = { sessionId: "ses_2", model: { providerID: "demo", modelID: "small" } };
    expect(resultOf("task", { output: "Found it.", metadata })).toBe("Found it.\n[sub-agent ses_2 · demo/small]");
    expect(resultOf("task", { output: "Found it." })).toBe("Found it.");
  });

  test("of an edit shows the difference that it made", () => {
    const metadata = { diff: "Index: a\n===\n--- a\n+++ a\n@@ -1 +1 @@\n-one\n+two\n" };
    expect(resultOf("edit", { output: "Done.", metadata })).toBe("Done.\n@@ -1 +1 @@\n-one\n+two\n");
  });

  test("with a long output keeps its beginning and its end", () => {
    const output = `${"a".repeat(50_000)}${"z".repeat(50_000)}`;
    expect(resultOf("bash", { output })).toBe(`${"a".repeat(10_000)}… [80000 more characters]\n${"z".repeat(10_000)}`);
    expect(resultOf("bash", { output: "🙂".repeat(50_000) })?.isWellFormed()).toBe(true);
  });

  test("with a long input is shortened inside it, at any depth", () => {
    const long = "x".repeat(100_000);
    const [call] = tool("edit", { input: { edits: [{ newString: long }], count: 1, all: Array(300).fill(0) } });
    expect(call).toMatchObject({
      input: {
        edits: [{ newString: `${long.slice(0, 4000)}… [96000 more characters]` }],
        count: 1,
        all: [...Array(200).fill(0), "[100 more]"],
      },
    });
  });

  test("with an input of many strings is shortened as a whole", () => {
    const edits = Array.from({ length: 200 }, () => ({ oldString: "a".repeat(3900), newString: ["b".repeat(3900)] }));
    const [call] = tool("multiedit", { input: { edits } });
    expect(JSON.stringify(call).length).toBeLessThan(41_000);
    expect(call).toMatchObject({ input: { edits: expect.arrayContaining([edits[0], "[194 more]"]) } });
  });
});

describe("an error", () => {
  const error = (name: string, data: object): string =>
    first(show(JSON.stringify({ type: "error", timestamp: 1, sessionID: "ses_1", error: { name, data } })));

  test("has its status and the provider's words, also where these are JSON", () => {
    expect(first(entriesOf("http401"))).toBe("stderr: APIError (HTTP 401): Incorrect API key provided: sk-stub.");
    expect(error("UnknownError", { message: '{"message":"Overloaded","code":"x"}' })).toBe(
      "stderr: UnknownError: Overloaded",
    );
  });

  test("has OpenCode's reference, where it says nothing else", () => {
    expect(error("UnknownError", { message: "Unexpected server error.", ref: "err_1" })).toBe(
      "stderr: UnknownError: Unexpected server error. [err_1]",
    );
  });
});

describe("what is no event that is known", () => {
  test("is shown as it was printed, blank lines excepted", () => {
    expect(first(show('{"type":"later","n":1}'))).toBe('stdout: {"type":"later","n":1}');
    expect(first(show("◆  Permission"))).toBe("stdout: ◆  Permission");
    for (const blank of ["", "  \r"]) expect(show(blank)).toEqual([]);
  });
});

describe("whatever a line is", () => {
  const deep = (levels: number): string => `${'{"a":['.repeat(levels)}1${"]}".repeat(levels)}`;

  test("it can be shown and cloned, however deep", () => {
    const input = deep(50_000);
    const call = `{"type":"tool_use","timestamp":1,"sessionID":"s","part":{"tool":"x","state":{"status":"completed","input":${input}}}}`;
    for (const each of [input, call]) expect(structuredClone(show(each))).toEqual(show(each));
    expect(show(call).map((entry) => entry.kind)).toEqual(["tool_call", "tool_result"]);
  });

  test("cut and damaged", () => {
    const real = fc.constantFrom(...[...runs.values()].flat().filter((each) => each !== ""));
    fc.assert(
      fc.property(
        real,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(20),
        fc.string({ unit: "binary" }),
        (each, at, lost, found) => {
          const start = Math.floor(each.length * at);
          const entries = show(each.slice(0, start) + found + each.slice(start + lost));
          expect(structuredClone(entries)).toEqual(entries);
        },
      ),
    );
  });

  test("with members of any kind", () => {
    const value = fc.oneof(
      { depthSize: "small" },
      fc.jsonValue(),
      fc.constant({ toString: 1, toJSON: 1, __proto__: 1 }),
    );
    const state = fc.record(
      {
        status: fc.constantFrom("completed", "error"),
        input: fc.oneof(value, fc.record({ todos: fc.array(value) })),
        output: value,
        error: value,
        metadata: fc.dictionary(fc.constantFrom("exit", "diff", "sessionId", "model", "todos"), value),
      },
      { requiredKeys: ["status"] },
    );
    const name = fc.constantFrom("todowrite", "task", "edit", "bash", "__proto__");
    fc.assert(
      fc.property(name, state, (each, members) => {
        const entries = show(line("tool_use", { tool: each, state: members }));
        expect(structuredClone(entries)).toEqual(entries);
        expect(entries.map((entry) => entry.kind)).toEqual(["tool_call", "tool_result"]);
      }),
    );
  });
});
