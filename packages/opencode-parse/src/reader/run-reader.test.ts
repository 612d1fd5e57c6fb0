import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { FIXTURES, readRuns } from "../../test/runs.ts";
import { createRunReader, parseLine, parseRun } from "../index.ts";
import type { RunReport } from "../index.ts";

const runs = new Map(readRuns(FIXTURES).map(({ name, lines }) => [name, lines]));

function reportOf(name: string): RunReport {
  const lines = runs.get(name);
  if (lines === undefined) throw new Error(`no run ${name}`);
  return parseRun(lines.join("\n"));
}

function event(type: string, rest: object): string {
  return JSON.stringify({ type, timestamp: 1, sessionID: "ses_1", ...rest });
}

function toolUse(tool: string, input: object, metadata: object = {}): string {
  const state = { status: "completed", input, output: "", title: "", metadata, time: { start: 1, end: 2 } };
  return event("tool_use", { part: { type: "tool", tool, callID: "call_1", state } });
}

/** What is left after the garbage was collected. */
function heapMegabytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc()");
  return process.memoryUsage().heapUsed / 1e6;
}

const finish = (reason: string): string => event("step_finish", { part: { reason } });
const error = (name: string, message: string): string => event("error", { error: { name, data: { message } } });

test("takes two lines that were torn into one for no event", () => {
  for (const type of ["step_start", "text", "step_finish", "tool_use"]) {
    const line = [...runs.values()].flat().find((each) => each.startsWith(`{"type":"${type}"`)) ?? "";
    const reader = createRunReader();
    reader.push(line);
    expect(reader.push(line.slice(0, 270) + line)).toBe("other");
  }
});

test("keeps the last errors, shortened, and counts all", () => {
  const reader = createRunReader({ keptErrors: 2, keptMessageLength: 10 });
  for (const name of ["A", "B", "C"]) reader.push(error(name, `${name}: ${"x".repeat(100)}`));
  const { errors, events } = reader.report();
  expect(errors.map(({ name, message }) => [name, message])).toEqual([
    ["B", "B: xxxxxxx… [93 more characters]"],
    ["C", "C: xxxxxxx… [93 more characters]"],
  ]);
  expect(events.error).toBe(3);
});

test("says how many steps had finished before an error, which shows whether the run went on after it", () => {
  const { errors, steps } = reportOf("overflow");
  expect(errors).toMatchObject([{ name: "ContextOverflowError", afterSteps: 0 }]);
  expect(steps).toBe(2);
  expect(reportOf("agent-plan").toolErrors.map(({ tool, afterSteps }) => [tool, afterSteps])).toEqual([
    ["write", 1],
    ["read", 2],
  ]);
});

test("a report does not change when the reader goes on", () => {
  const reader = createRunReader();
  const lines = runs.get("agent-plan") ?? [];
  reader.push(lines[0] ?? "");
  const before = reader.report();
  const copy = structuredClone(before);
  for (const line of lines) reader.push(line);
  expect(before).toEqual(copy);
});

test("tells the end of an output that was cut from that of one that was not", () => {
  expect(reportOf("cut-line").cutLine).toBe(true);
  expect(reportOf("text").cutLine).toBe(false);
  expect(parseRun("{").cutLine).toBe(true);
  expect(parseRun("").cutLine).toBe(false);
  expect(parseRun('{"type":"te\nError: oh').cutLine).toBe(false);
});

test("takes a blank line for nothing that was said", () => {
  expect(parseRun('{"type":"te\n\n \r\n')).toMatchObject({
    cutLine: true,
    otherLines: ['{"type":"te'],
    events: { other: 3 },
  });
  expect(parseRun(`Error: oh\n${"\n".repeat(30)}`).otherLines).toEqual(["Error: oh"]);
});

test("gives the words of an answer that is no valid JSON, as they were printed", () => {
  const line = (runs.get("text") ?? []).find((each) => each.startsWith('{"type":"text"')) ?? "";
  const damaged = line.replace(/"text":"[^"]*"/, String.raw`"text":"one\n` + '\u0000two"');
  expect(parseLine(damaged).type).toBe("other");
  expect(parseRun(`${damaged}\n${finish("stop")}`).answer).toBe(`one\\n\u0000two`);
});

test("a report keeps no output alive", () => {
  const whole = (index: number): string =>
    [
      ...(runs.get("cached") ?? []),
      `a line of another process ${index}`,
      toolUse("a_tool_with_a_long_name", {}),
      "x".repeat(1_000_000),
    ].join("\n");
  const before = heapMegabytes();
  const reports = Array.from({ length: 20 }, (_, index) => parseRun(whole(index), { maxLineBytes: 500_000 }));
  expect(heapMegabytes() - before).toBeLessThan(5);
  expect(reports.every(({ answer }) => answer !== null)).toBe(true);
});

test.each([
  [{ maxLineBytes: 0 }, "maxLineBytes is 0: it must be a number from 1 to 268435456"],
  [{ maxLineBytes: Number.NaN }, "maxLineBytes is NaN: it must be a number from 1 to 268435456"],
  [{ maxLineBytes: 2 ** 29 }, "maxLineBytes is 536870912: it must be a number from 1 to 268435456"],
  [{ keptErrors: -1 }, "keptErrors is -1: it must be a number from 0 to Infinity"],
  [{ keptErrors: Number.NaN }, "keptErrors is NaN: it must be a number from 0 to Infinity"],
  [{ keptMessageLength: -1 }, "keptMessageLength is -1: it must be a number from 0 to Infinity"],
  [{ outputUsdPerMillion: -1 }, "outputUsdPerMillion is -1: it must be a number from 0 to 9007199254740991"],
  [{ unknownFinishLimit: 0 }, "unknownFinishLimit is 0: it must be a number from 1 to Infinity"],
  [{ sameToolCallLimit: 0 }, "sameToolCallLimit is 0: it must be a number from 1 to Infinity"],
])("refuses %j, which would read nothing, keep all or never end", (options, message) => {
  expect(() => createRunReader(options)).toThrow(new RangeError(message));
});

test("takes a text that is printed after the finish of its step for that step's", () => {
  const text = event("text", { part: { type: "text", text: "The answer." } });
  const late = [event("step_start", { part: {} }), finish("stop"), text];
  expect(parseRun(late.join("\n"))).toMatchObject({ answer: "The answer.", complete: true });
  const next = [...late, event("step_start", { part: {} }), text.replace("answer", "next")];
  expect(parseRun(next.join("\n"))).toMatchObject({ answer: "The answer.", complete: false });
});

test("counts the notes that OpenCode writes after a compaction; they are no answer", () => {
  expect(reportOf("overflow")).toMatchObject({ compactions: 1 });
  expect(reportOf("old-1.2.27/overflow")).toMatchObject({ compactions: 1 });
  const note = event("text", { part: { text: "Go on.", synthetic: true } });
  expect(parseRun([note, finish("stop")].join("\n"))).toMatchObject({ answer: null, compactions: 1 });
});

test("names the models of sub-agents", () => {
  const task = (modelID: string): string =>
    toolUse("task", { prompt: "?" }, { sessionId: "ses_2", model: { providerID: "stub", modelID } });
  expect(parseRun([task("m1"), task("m2"), task("m1"), toolUse("bash", {})].join("\n")).models).toEqual([
    "stub/m1",
    "stub/m2",
  ]);
});

test.each(["1.0.185", "1.1.65"])("takes the reasoning out of the output of %s, and says so", (version) => {
  const old = reportOf(`old-${version}/cached`);
  const { usage, corrections } = reportOf("cached");
  expect(corrections).toEqual([]);
  expect(old.usage).toEqual(usage);
  expect(old.corrections).toEqual([{ kind: "output_tokens", tokens: 200 }, { kind: "cost_unknown" }]);
});

test("takes the reasoning out of the cost, too, where the price of output is known", () => {
  const output = (runs.get("old-1.1.65/cached") ?? []).join("\n");
  expect(parseRun(output).costUsd).toBe(0.0042);
  const report = parseRun(output, { outputUsdPerMillion: 2 });
  expect(report.costUsd).toBe(reportOf("cached").costUsd);
  expect(report.corrections).toContainEqual({ kind: "cost", usd: 0.0004 });
  expect(parseRun(output, { outputUsdPerMillion: 1e9 })).toMatchObject({ costUsd: 0 });
});

test("corrects nothing where the numbers prove nothing", () => {
  const step = (tokens: object): string => event("step_finish", { part: { reason: "stop", tokens, cost: 1 } });
  const cache = { read: 0, write: 0 };
  const odd = { total: 999, input: 100, output: 50, reasoning: 20, cache };
  const withoutTotal = { input: 100, output: 50, reasoning: 20, cache };
  const moreReasoning = { total: 150, input: 100, output: 50, reasoning: 60, cache };
  for (const tokens of [odd, withoutTotal, moreReasoning]) {
    expect(parseRun(step(tokens))).toMatchObject({ usage: { output: 50 }, corrections: [] });
  }
});

test("tells while a run goes on that it finishes for unknown reasons again and again", () => {
  const reader = createRunReader({ unknownFinishLimit: 3 });
  const looping = ["unknown", "unknown", "stop", "unknown", "unknown", "unknown", "stop"].map((reason) => {
    reader.push(finish(reason));
    return reader.progress().looping;
  });
  expect(looping).toEqual([null, null, null, null, null, "unknown_finish", null]);
  expect(parseRun((runs.get("nofinish-start") ?? []).join("\n")).loop.unknownFinishes).toBeGreaterThan(5);
});

test("tells while a run goes on that it makes the same tool call again and again", () => {
  const reader = createRunReader({ sameToolCallLimit: 2 });
  const calls = [
    toolUse("bash", { command: "ls" }),
    toolUse("bash", { command: "ls", timeout: 1 }),
    toolUse("read", { command: "ls", timeout: 1 }),
    finish("tool-calls"),
    toolUse("read", { command: "ls", timeout: 1 }),
  ];
  for (const call of calls) {
    expect(reader.progress().looping).toBeNull();
    reader.push(call);
  }
  expect(reader.progress()).toMatchObject({
    steps: 1,
    looping: "same_tool_call",
    loop: { sameToolCalls: 2, tool: "read" },
  });
});

test("takes two inputs that are spelled differently for the same, and two that differ in a text's last character for two", () => {
  const call = toolUse("read", { path: "a/b", limit: 1 });
  const respelled = call.replace("a/b", String.raw`\u0061\/b`).replace('"limit":1', '"limit": 1.0, "limit":1e0');
  expect(parseRun(`${call}\n${respelled}`).loop.sameToolCalls).toBe(2);
  expect(parseRun(`${call}\n${call.replace("a/b", "a/c")}`).loop.sameToolCalls).toBe(1);
});

test("tells what a run has used so far", () => {
  const reader = createRunReader();
  for (const line of runs.get("cached") ?? []) reader.push(line);
  const { steps, usage, costUsd, loop } = reader.report();
  expect(reader.progress()).toEqual({ steps, usage, costUsd, loop, looping: null });
});

test("takes an input that is nested too deep to be compared for like no other", () => {
  const deep = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
  const line = toolUse("bash", {}).replace('"input":{}', `"input":${deep}`);
  expect(parseRun(`${line}\n${line}`)).toMatchObject({ events: { tool_use: 2 }, loop: { sameToolCalls: 1 } });
});
