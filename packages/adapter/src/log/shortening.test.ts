import { parseLine } from "@opencode-k8s/opencode-parse";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_LINE_BYTES, shortenLine } from "./shortening.ts";

const HEAD = { timestamp: 1, sessionID: "ses_1" };
const PART = { id: "prt_1", messageID: "msg_1", sessionID: "ses_1" };
const toolUse = (output: string, more: object = {}): string => {
  const state = {
    status: "completed",
    input: { command: "make" },
    output,
    title: "Make",
    metadata: { exit: 0, ...more },
  };
  return JSON.stringify({
    type: "tool_use",
    ...HEAD,
    part: { ...PART, type: "tool", tool: "bash", callID: "c", state },
  });
};
const short = (line: string): string => {
  const out = shortenLine(line);
  expect(Buffer.byteLength(out)).toBeLessThanOrEqual(MAX_LINE_BYTES);
  return out;
};

test("a line that fits is the same line", () => {
  const line = toolUse("x".repeat(7800));
  expect(Buffer.byteLength(line)).toBeLessThan(MAX_LINE_BYTES + 1);
  expect(shortenLine(line)).toBe(line);
});

describe("a line that is too long", () => {
  test("keeps beginning and end of its long texts, and says how much is missing between", () => {
    const output = `first\n${"x".repeat(200_000)}\nlast`;
    const event = parseLine(short(toolUse(output, { output })));
    expect(event).toMatchObject({ type: "tool_use", part: { id: "prt_1", tool: "bash", callID: "c" } });
    const shown = event.type === "tool_use" && event.part.state.status === "completed" ? event.part.state.output : "";
    const [, head = "", missing = "", tail = ""] =
      /^(first\n[^…]*)… \[(\d+) characters left out\] …([^…]*last)$/s.exec(shown) ?? [];
    // A newline is two characters in JSON.
    expect(head.length + tail.length + Number(missing)).toBe(output.length);
    expect(head.length + tail.length).toBeGreaterThan(3500);
  });

  test("of text only keeps its beginning and its end", () => {
    expect(short(`Error: ${"é".repeat(50_000)} end`)).toMatch(/^Error: é+… \[\d+ characters left out\] …é+ end$/);
  });

  test("with many short texts loses the end of the lists that lie deep", () => {
    const todos = Array.from({ length: 5000 }, (_, index) => ({ content: `task ${index}`, status: "pending" }));
    const line = short(toolUse("", { todos }));
    expect(parseLine(line)).toMatchObject({
      type: "tool_use",
      part: {
        state: { status: "completed", metadata: { exit: 0, todos: expect.arrayContaining([todos[0]]) as unknown } },
      },
    });
    expect(line).toMatch(/\[\d+ left out\]/);
  });

  test("that is a cut event is shown as the beginning of one", () => {
    expect(short(toolUse("x".repeat(9000)).slice(0, 8900))).toMatch(/^\{"type":"tool_use".*characters left out/);
  });

  test("that is an object of another program, and all of it too much, says at least that", () => {
    const line = JSON.stringify(
      Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`${at}${"한".repeat(190)}`, "y".repeat(200)])),
    );
    expect(JSON.parse(short(line))).toEqual({
      type: "shortened",
      note: expect.stringContaining("characters left out") as string,
    });
  });
});

test("JSON stays JSON, what it is stays, and it fits, whatever is in its texts", () => {
  const unit = fc.constantFrom('"', "\\", "\n", "\u0001", "\ud83d", "é", "😀", "a", "u", "d83d", "\\u");
  const text = fc.tuple(fc.string({ unit, maxLength: 30 }), fc.nat(2000)).map(([some, times]) => some.repeat(times));
  fc.assert(
    fc.property(text, text, fc.jsonValue(), fc.nat(300), (output, other, value, times) => {
      const line = toolUse(output, { other, [other.slice(0, 500)]: Array.from({ length: times }, () => value) });
      const out = short(line);
      expect(JSON.parse(out)).toBeTypeOf("object");
      expect(parseLine(out)).toMatchObject({
        type: "tool_use",
        sessionID: "ses_1",
        part: { id: "prt_1", messageID: "msg_1", tool: "bash", callID: "c", state: { status: "completed" } },
      });
    }),
  );
});

test("a pair of surrogates is never cut, nor one that is escaped", () => {
  for (const [pair, pattern] of [
    ["😀", /^(😀)*$/],
    ["\\ud83d\\ude00", /^(\\ud83d\\ude00)*$/],
  ] as const) {
    for (const before of ["", "a", "ab", "abc", "abcd", "abcde"]) {
      const out = short(`{"a":"${before}${pair.repeat(5000)}"}`);
      const [, head = "-", tail = "-"] = /^\{"a":"[a-e]*(.*)… \[.*\] …(.*)"\}$/.exec(out) ?? [];
      expect(head + tail).toMatch(pattern);
    }
  }
});
