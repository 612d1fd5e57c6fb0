import { createRequire } from "node:module";
import type * as api from "@opentelemetry/api";
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { describe, expect, test } from "vitest";
import { ANSWER, printLines, receiptFor, type SimRun, simRun } from "../../test/sim-run.ts";
import { TelemetryHost } from "../../test/telemetry-host.ts";
import { INSTRUMENTS } from "./instruments.ts";
import { ATTRIBUTES, SPANS } from "./names.ts";
import { RunTrace } from "./run-trace.ts";

const TOOL = JSON.stringify({
  type: "tool_use",
  timestamp: 5,
  sessionID: "ses_1",
  part: {
    id: "prt_2",
    messageID: "msg_1",
    type: "tool",
    tool: "bash",
    callID: "call_1",
    state: {
      status: "completed",
      input: { command: "cat canary-secret" },
      output: "canary-secret",
      title: "canary-secret",
      metadata: {},
      time: { start: 2, end: 4 },
    },
  },
});
const [STEP_START = "", TEXT = "", STEP_FINISH = ""] = ANSWER;

/** A run whose agent uses a tool in its only step; `between` is waited for in the middle of it. */
function toolRun(between: () => Promise<void> = () => Promise.resolve(), config: Record<string, unknown> = {}): SimRun {
  const lines = [STEP_START, TOOL, TEXT, STEP_FINISH];
  return simRun({
    config,
    script: async (io) => {
      await io.sleep(1_000);
      printLines(io, lines.slice(0, 1));
      await between();
      printLines(io, [...lines.slice(1), receiptFor(lines)]);
      return 0;
    },
  });
}

/** Waits until the run has cleaned up behind itself. */
async function settled(run: SimRun, host: TelemetryHost): Promise<void> {
  await run.clock.run(
    (async () => {
      while (!host.spans.some(({ name }) => name === "clean_up")) await run.clock.sleep(1_000);
    })(),
  );
}

const named = (host: TelemetryHost, name: string): ReadableSpan | undefined =>
  host.spans.find((span) => span.name === name);

/** Each span as the names from the run on down to it. */
function paths(host: TelemetryHost): string[] {
  const byId = new Map(host.spans.map((span) => [span.spanContext().spanId, span]));
  const pathOf = (span: ReadableSpan): string => {
    const parent = byId.get(span.parentSpanContext?.spanId ?? "");
    return parent ? `${pathOf(parent)} > ${span.name}` : span.name;
  };
  return host.spans.map(pathOf).toSorted();
}

describe("a run that succeeds", () => {
  test("is one trace: a span for each phase, and OpenCode's steps and tools in the agent's", async () => {
    await using host = new TelemetryHost();
    const run = toolRun();
    run.sim.images.set("opencode:1", { kind: "remote", pullMs: 3_000 });
    expect(await run.result()).toMatchObject({ exitCode: 0 });
    await settled(run, host);
    expect(paths(host)).toEqual([
      "invoke_agent Agent",
      "invoke_agent Agent > agent",
      "invoke_agent Agent > agent > step",
      "invoke_agent Agent > agent > step > execute_tool bash",
      "invoke_agent Agent > claim",
      "invoke_agent Agent > clean_up",
      "invoke_agent Agent > drain",
      "invoke_agent Agent > launch",
      "invoke_agent Agent > plan",
      "invoke_agent Agent > schedule",
      "invoke_agent Agent > start",
      "invoke_agent Agent > start > pull",
    ]);
    expect(new Set(host.spans.map((span) => span.spanContext().traceId)).size).toBe(1);
  });

  test("tells agent, model, Job, pod, node, session, tokens and cost by the semantic conventions", async () => {
    await using host = new TelemetryHost();
    const run = toolRun();
    await run.result();
    const span = named(host, "invoke_agent Agent");
    expect(span).toMatchObject({ kind: SpanKind.CLIENT, status: { code: SpanStatusCode.UNSET } });
    expect(span?.attributes).toMatchObject({
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.id": "agent-1",
      "gen_ai.provider.name": "stub",
      "gen_ai.request.model": "m",
      "gen_ai.conversation.id": "ses_1",
      "gen_ai.usage.input_tokens": 110,
      "gen_ai.usage.output_tokens": 50,
      "gen_ai.usage.cache_read.input_tokens": 10,
      "gen_ai.response.finish_reasons": ["stop"],
      "k8s.namespace.name": "default",
      "k8s.pod.name": run.pod(),
      "k8s.node.name": expect.any(String),
      "k8s.job.uid": expect.any(String),
      "opencode_k8s.cost": 0.01,
      "opencode_k8s.run.id": "run-1",
      "opencode_k8s.run.adopted": false,
    });
  });

  test("shows a tool at the times that OpenCode tells", async () => {
    await using host = new TelemetryHost();
    await toolRun().result();
    expect(named(host, "execute_tool bash")).toMatchObject({
      startTime: [0, 2_000_000],
      endTime: [0, 4_000_000],
      attributes: { "gen_ai.tool.name": "bash", "gen_ai.tool.call.id": "call_1" },
    });
  });

  test("counts its tokens, its cost, its start and its requests", async () => {
    await using host = new TelemetryHost();
    const run = toolRun();
    await run.result();
    const model = {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.provider.name": "stub",
      "gen_ai.request.model": "m",
    };
    expect(await host.counted("gen_ai.client.token.usage")).toEqual([
      { attributes: { ...model, "gen_ai.token.type": "input" }, sum: 110, unit: "{token}" },
      { attributes: { ...model, "gen_ai.token.type": "output" }, sum: 50, unit: "{token}" },
    ]);
    expect(await host.counted("opencode_k8s.run.cost")).toEqual([{ attributes: model, sum: 0.01, unit: "{USD}" }]);
    const [start] = await host.counted("opencode_k8s.run.start.duration");
    expect(start).toMatchObject({ unit: "s", attributes: { "k8s.namespace.name": "default" } });
    expect(start?.sum).toBeGreaterThan(0);
    expect(start?.sum).toBeLessThanOrEqual(run.clock.monotonic() / 1000);
    expect(await host.counted("gen_ai.client.operation.duration")).toMatchObject([{ attributes: model, unit: "s" }]);
    const requests = await host.counted("opencode_k8s.api.requests");
    expect(requests.reduce((sum, series) => sum + series.sum, 0)).toBe(run.sim.requests.length);
  });

  test("says nothing of prompt, answer, or what a tool was called with or said; and only what the tables have", async () => {
    await using host = new TelemetryHost();
    const run = toolRun();
    await run.result();
    await settled(run, host);
    const told = JSON.stringify(
      host.spans.map(({ name, attributes, events, status }) => [name, attributes, events, status]),
    );
    for (const text of ["Do it.", "Done.", "canary-secret"]) expect(told).not.toContain(text);
    for (const { name, attributes } of host.spans) {
      expect(Object.keys(SPANS)).toContain(name.split(" ")[0]);
      for (const attribute of Object.keys(attributes)) expect(Object.keys(ATTRIBUTES)).toContain(attribute);
    }
    for (const [name, { attributes }] of Object.entries(INSTRUMENTS)) {
      for (const series of await host.counted(name))
        for (const attribute of Object.keys(series.attributes)) expect(attributes).toContain(attribute);
    }
  });
});

test("a run that fails is an error by its errorCode, in the phase that it failed in, too", async () => {
  await using host = new TelemetryHost();
  const run = simRun({
    script: () => Promise.resolve(0),
    allocatable: { cpu: "500m" },
    config: { scheduleTimeoutSec: 30 },
  });
  await run.result();
  const failed = { status: { code: SpanStatusCode.ERROR }, attributes: { "error.type": "k8s_pod_schedule_failed" } };
  expect(named(host, "invoke_agent Agent")).toMatchObject(failed);
  expect(named(host, "schedule")).toMatchObject(failed);
  expect(named(host, "agent")).toBeUndefined();
  expect(await host.counted("gen_ai.client.operation.duration")).toMatchObject([{ attributes: failed.attributes }]);
  expect(await host.counted("opencode_k8s.run.start.duration")).toEqual([]);
});

test("a run that is refused before it has a Job ends its trace, too", async () => {
  await using host = new TelemetryHost();
  await simRun({ script: () => Promise.resolve(0), config: { model: "" } }).result();
  expect(host.spans.map(({ name, attributes }) => [name, attributes["error.type"]])).toEqual([
    ["plan", "configuration_incomplete"],
    ["invoke_agent Agent", "configuration_incomplete"],
  ]);
});

test("a log whose connection breaks is a reconnect: an event of the agent's span, and counted", async () => {
  await using host = new TelemetryHost();
  const run: SimRun = toolRun(async () => {
    await run.clock.sleep(1_000);
    run.sim.faults.cutOpen({ resource: "pods/log" });
    await run.clock.sleep(30_000);
  });
  expect(await run.result()).toMatchObject({ exitCode: 0 });
  expect(named(host, "agent")?.events.map(({ name }) => name)).toEqual(["log.reconnect"]);
  expect(await host.counted("opencode_k8s.log.reconnects")).toMatchObject([{ sum: 1, unit: "{reconnect}" }]);
  expect(await host.counted("opencode_k8s.log.gaps")).toEqual([]);
});

test("watches that are lost are counted", async () => {
  await using host = new TelemetryHost();
  const run: SimRun = toolRun(async () => {
    await run.clock.sleep(1_000);
    run.sim.faults.cutOpen({ resource: "pods" });
    run.sim.faults.cutOpen({ resource: "jobs" });
    await run.clock.sleep(30_000);
  });
  expect(await run.result()).toMatchObject({ exitCode: 0 });
  expect(await host.counted("opencode_k8s.watch.restarts")).toMatchObject([{ sum: 2 }]);
});

test("a place where lines may be missing is an event, and counted", async () => {
  await using host = new TelemetryHost();
  const traced = new RunTrace({ runId: "run-1", agent: anAgent });
  traced.gap();
  traced.concluded({ exitCode: 0, signal: null, timedOut: false });
  expect(named(host, "plan")?.events.map(({ name }) => name)).toEqual(["log.gap"]);
  expect(await host.counted("opencode_k8s.log.gaps")).toMatchObject([{ sum: 1 }]);
});

test("the run is a child of what the host is doing", async () => {
  const parent = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 };
  await using host = new TelemetryHost(trace.setSpanContext(ROOT_CONTEXT, parent));
  await toolRun().result();
  expect(named(host, "invoke_agent Agent")).toMatchObject({ parentSpanContext: parent });
});

test("a host with a copy of the API of its own gets the spans", async () => {
  await using host = new TelemetryHost();
  trace.disable();
  const require = createRequire(import.meta.url);
  for (const path of Object.keys(require.cache)) if (path.includes("@opentelemetry/api/")) delete require.cache[path];
  const theirs = require("@opentelemetry/api") as typeof api;
  expect(theirs.trace).not.toBe(trace);
  theirs.trace.setGlobalTracerProvider(host.tracers);
  await toolRun().result();
  expect(named(host, "invoke_agent Agent")).toBeDefined();
});

test("without an SDK a run is as it is, and a line is not parsed once more", async () => {
  const traced = new RunTrace({ runId: "run-1", agent: anAgent });
  let looked = 0;
  const event = {
    type: "line",
    get text() {
      looked += 1;
      return TOOL;
    },
  };
  traced.read([event as unknown as Parameters<RunTrace["read"]>[0][number]]);
  expect(looked).toBe(0);
  expect(await toolRun().result()).toMatchObject({ exitCode: 0, summary: "Done." });
});

const anAgent = {
  id: "agent-1",
  companyId: "company-1",
  name: "Agent",
  adapterType: "opencode_k8s",
  adapterConfig: {},
};
