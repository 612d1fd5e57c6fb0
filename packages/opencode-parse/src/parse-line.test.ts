import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseLine } from "./index.ts";

const head = { timestamp: 1795340038881, sessionID: "ses_1" };
const ids = { id: "prt_1", messageID: "msg_1", sessionID: "ses_1" };

function event(type: string, rest: object): string {
  return JSON.stringify({ type, ...head, ...rest });
}

describe("parseLine", () => {
  test("types each kind of event and keeps the object that was printed", () => {
    const raw = { type: "text", ...head, part: { ...ids, type: "text", text: "Hi", later: [1] }, later: true };
    expect(parseLine(JSON.stringify(raw))).toEqual({
      type: "text",
      ...head,
      part: {
        id: "prt_1",
        messageID: "msg_1",
        text: "Hi",
        synthetic: false,
        metadata: {},
        time: { start: null, end: null },
      },
      raw,
    });
    expect(parseLine(event("step_start", { part: { ...ids, snapshot: "abc" } }))).toMatchObject({
      type: "step_start",
      part: { snapshot: "abc" },
    });
    expect(parseLine(event("reasoning", { part: { text: "Hm", time: { start: 1, end: 2 } } }))).toMatchObject({
      type: "reasoning",
      part: { id: null, text: "Hm", time: { start: 1, end: 2 } },
    });
  });

  test("types the two ways in which a tool call ends", () => {
    const state = { status: "completed", input: { command: "ls" }, output: "a\n", title: "ls", metadata: { exit: 0 } };
    expect(parseLine(event("tool_use", { part: { ...ids, tool: "bash", callID: "call_1", state } }))).toMatchObject({
      part: { tool: "bash", callID: "call_1", state: { ...state, time: { start: null, end: null } } },
    });
    const failed = { status: "error", input: {}, error: "no such file" };
    expect(parseLine(event("tool_use", { part: { tool: "read", state: failed } }))).toMatchObject({
      part: { callID: null, state: { ...failed, metadata: {} } },
    });
    expect(parseLine(event("tool_use", { part: { tool: "read", state: { status: "running" } } })).type).toBe("unknown");
  });

  test("reads amounts that make no sense as 0", () => {
    const tokens = { input: -1, output: "12", reasoning: 3, cache: { read: 1e300, write: 2 ** 53 } };
    expect(parseLine(event("step_finish", { part: { reason: "stop", cost: null, tokens } }))).toMatchObject({
      part: { cost: 0, tokens: { total: null, input: 0, output: 0, reasoning: 3, cache: { read: 0, write: 0 } } },
    });
  });

  test("finds the message of an error wherever it is", () => {
    const message = (error: object) => parseLine(event("error", { error }));
    expect(message({ name: "APIError", data: { message: "no key", statusCode: 401 } })).toMatchObject({
      error: { name: "APIError", message: "no key", statusCode: 401 },
    });
    expect(message({ message: "plain" })).toMatchObject({ error: { name: "UnknownError", message: "plain" } });
    expect(message({ name: "Odd" })).toMatchObject({
      error: { message: "Odd", statusCode: null, isRetryable: null, data: {} },
    });
  });

  test("takes nothing for an event that lacks what makes it one", () => {
    for (const raw of [
      { type: "session_end", ...head },
      { type: "error", error: { type: "overloaded_error", message: "another program's" } },
      { type: "text", ...head, part: { ...ids } },
      { type: "text", ...head },
      { type: "step_finish", ...head, part: { reason: null } },
      { type: "text", timestamp: "now", sessionID: "ses_1", part: { text: "x" } },
      {},
    ]) {
      expect(parseLine(JSON.stringify(raw))).toEqual({ type: "unknown", raw });
    }
  });

  const noObjects = ["", "\r", "null", "42", '"text"', "[{}]", "{", "◆  Permission", "\u0000", '{"type":"te'];
  test.each(noObjects)("leaves %j as it is", (line) => {
    expect(parseLine(line)).toEqual({ type: "other", line });
  });

  test("reads a line with CRLF, spaces and lone surrogates", () => {
    expect(parseLine(` ${event("text", { part: { text: "\ud800" } })}\r`)).toMatchObject({ part: { text: "\ud800" } });
  });

  test("reads a line with a byte order mark, which editors and shells of Windows put before the first", () => {
    expect(parseLine(`\ufeff${event("text", { part: { text: "\ufeff" } })}`)).toMatchObject({
      part: { text: "\ufeff" },
    });
  });

  test("never throws", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (line) => void parseLine(line)));
  });
});
