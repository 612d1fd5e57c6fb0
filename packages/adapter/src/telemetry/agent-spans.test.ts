import { ROOT_CONTEXT, SpanStatusCode } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { TelemetryHost } from "../../test/telemetry-host.ts";
import { AgentSpans } from "./agent-spans.ts";

const line = (type: string, timestamp: number, body: object): string =>
  JSON.stringify({ type, timestamp, sessionID: "ses_1", ...body });
const start = (timestamp: number): string => line("step_start", timestamp, { part: { type: "step-start" } });
const tool = (state: object): string =>
  line("tool_use", 9, { part: { type: "tool", tool: "bash", callID: "c", state } });
const tokens = { input: 1, output: 2, reasoning: 3, cache: { read: 4, write: 5 } };
const finish = line("step_finish", 20, { part: { type: "step-finish", reason: "stop", cost: 0, tokens } });

function spansOf(host: TelemetryHost, lines: readonly string[]): typeof host.spans {
  const spans = new AgentSpans(host.tracers.getTracer("test"), ROOT_CONTEXT);
  for (const each of lines) spans.read(each);
  spans.end();
  return host.spans;
}

test("a step counts cached tokens as input, and reasoning as output", async () => {
  await using host = new TelemetryHost();
  const [step] = spansOf(host, [start(1), finish]);
  expect(step).toMatchObject({ name: "step", startTime: [0, 1_000_000], endTime: [0, 20_000_000] });
  expect(step?.attributes).toEqual({
    "gen_ai.usage.input_tokens": 10,
    "gen_ai.usage.output_tokens": 5,
    "gen_ai.usage.cache_read.input_tokens": 4,
    "gen_ai.usage.cache_creation.input_tokens": 5,
    "gen_ai.response.finish_reasons": ["stop"],
  });
});

test("a tool that failed is an error, without its words, and its step is none; a step begins no later than its tools", async () => {
  await using host = new TelemetryHost();
  const failed = { status: "error", input: {}, error: "canary", metadata: {}, time: { start: 3, end: 8 } };
  const [call, step] = spansOf(host, [start(5), tool(failed), finish]);
  expect(call).toMatchObject({
    name: "execute_tool bash",
    status: { code: SpanStatusCode.ERROR },
    attributes: { "error.type": "tool_error" },
    parentSpanContext: { spanId: step?.spanContext().spanId },
  });
  expect(call?.status.message).toBeUndefined();
  expect(step).toMatchObject({ name: "step", startTime: [0, 3_000_000], status: { code: SpanStatusCode.UNSET } });
});

test("an error of the provider is an event of the step, with its status and without its message", async () => {
  await using host = new TelemetryHost();
  const error = { name: "APIError", data: { message: "canary", statusCode: 429 } };
  const [step] = spansOf(host, [start(1), line("error", 4, { error }), finish]);
  expect(step?.events).toMatchObject([
    { name: "opencode.error", attributes: { "error.type": "APIError", "http.response.status_code": 429 } },
  ]);
  expect(JSON.stringify(step?.events)).not.toContain("canary");
});

test("a step that was begun anew in mid-stream, and one that never finished, are spans, too", async () => {
  await using host = new TelemetryHost();
  expect(spansOf(host, [start(1), start(2)]).map(({ name, endTime }) => [name, endTime[0] === 0])).toEqual([
    ["step", true],
    ["step", false],
  ]);
});

test("lines that are no such events make nothing", async () => {
  await using host = new TelemetryHost();
  expect(spansOf(host, ["", "hello", '{"type":"text"}', '{"type":"step_finish', finish])).toEqual([]);
});
