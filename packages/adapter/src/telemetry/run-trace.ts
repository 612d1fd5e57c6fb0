import type { AdapterExecutionContext, AdapterExecutionResult } from "@paperclipai/adapter-utils";
import { context, type Context, type Span, SpanKind, SpanStatusCode, trace, type Tracer } from "@opentelemetry/api";
import { deadline, type LogEvent, type ObservedJob } from "@opencode-k8s/k8s-kit";
import type { RunReport } from "@opencode-k8s/opencode-parse";
import type { RunConfig } from "../config/index.ts";
import type { LaunchedJob } from "../launch.ts";
import { AgentSpans } from "./agent-spans.ts";
import { pullsOf } from "./pulls.ts";
import { record, SCOPE } from "./instruments.ts";
import type { EventName, SpanName, Told } from "./names.ts";
import { usageOf } from "./usage.ts";

/** What a run does after another; each ends the one before. */
type Phase = Exclude<SpanName, "invoke_agent" | "pull" | "step" | "execute_tool" | "clean_up">;

/** Until the container runs. */
const STARTING: readonly (Phase | null)[] = ["schedule", "start"];
/** The pod's events are waited for no longer, milliseconds. */
const EVENTS_MS = 5_000;

/** One run as one trace, and in the counters. With no SDK in the process it keeps a few values, and makes nothing. */
export class RunTrace {
  readonly #tracer: Tracer = trace.getTracer(SCOPE);
  readonly #run: Span;
  readonly #inRun: Context;
  readonly #begunAt: number = performance.now();
  #phase: Phase | null = null;
  #span: Span | null = null;
  #agent: AgentSpans | null = null;
  #model: Told = { "gen_ai.operation.name": "invoke_agent" };
  #namespace: Told = {};

  constructor({ runId, agent }: Pick<AdapterExecutionContext, "runId" | "agent">) {
    const told: Told = {
      ...this.#model,
      "gen_ai.agent.id": agent.id,
      "gen_ai.agent.name": agent.name,
      "opencode_k8s.run.id": runId,
    };
    const name = `${"invoke_agent" satisfies SpanName} ${agent.name}`;
    this.#run = this.#tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes: told });
    this.#inRun = trace.setSpan(context.active(), this.#run);
    this.enter("plan");
  }

  enter(phase: Phase): void {
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#span?.end();
    this.#span = this.#tracer.startSpan(phase, {}, this.#inRun);
  }

  planned({ model, namespace }: Pick<RunConfig, "model" | "namespace">): void {
    const slash = model.indexOf("/");
    this.#model = {
      ...this.#model,
      "gen_ai.provider.name": model.slice(0, slash),
      "gen_ai.request.model": model.slice(slash + 1),
    };
    this.#namespace = { "k8s.namespace.name": namespace };
    this.#tell({ ...this.#model, ...this.#namespace });
  }

  /** Follows the pod on its way, as the watch shows it. @returns to be called when the container runs */
  starting(job: ObservedJob, { name, uid, adopted }: LaunchedJob): () => void {
    const { clock } = job.cluster;
    const begunAt = clock.monotonic();
    this.#tell({ "k8s.job.name": name, "k8s.job.uid": uid, "opencode_k8s.run.adopted": adopted });
    this.enter(stageOf(job));
    if (this.#run.isRecording()) void this.#followStart(job);
    return () => {
      this.#tellPod(job);
      if (this.#span?.isRecording()) void this.#tellPulls(job, trace.setSpan(this.#inRun, this.#span));
      this.enter("agent");
      if (this.#span?.isRecording()) this.#agent = new AgentSpans(this.#tracer, trace.setSpan(this.#inRun, this.#span));
      if (!adopted) record("opencode_k8s.run.start.duration", (clock.monotonic() - begunAt) / 1000, this.#namespace);
    };
  }

  /** What came of the log. */
  read(events: readonly LogEvent[]): void {
    if (this.#agent) for (const event of events) if (event.type === "line") this.#agent.read(event.text);
  }

  reopened(): void {
    this.#span?.addEvent("log.reconnect" satisfies EventName);
    record("opencode_k8s.log.reconnects", 1, this.#namespace);
  }

  gap(): void {
    this.#span?.addEvent("log.gap" satisfies EventName);
    record("opencode_k8s.log.gaps", 1, this.#namespace);
  }

  /** The run is over, but this goes on. */
  async cleaningUp(work: Promise<void>): Promise<void> {
    const span = this.#tracer.startSpan("clean_up" satisfies SpanName, {}, this.#inRun);
    try {
      await work;
    } catch (error) {
      fail(span, error instanceof Error ? error.name : "unknown");
      throw error;
    } finally {
      span.end();
    }
  }

  /** Ends the trace. @returns the result */
  concluded(result: AdapterExecutionResult, report: RunReport | null = null): AdapterExecutionResult {
    this.#agent?.end();
    if (report) this.#tellReport(report);
    const code = result.errorCode ?? null;
    if (code !== null) for (const span of [this.#run, this.#span]) if (span) fail(span, code);
    this.#span?.end();
    this.#run.end();
    const seconds = (performance.now() - this.#begunAt) / 1000;
    record("gen_ai.client.operation.duration", seconds, {
      ...this.#model,
      ...(code === null ? {} : { "error.type": code }),
    });
    return result;
  }

  async #followStart(job: ObservedJob): Promise<void> {
    try {
      for (;;) {
        await job.changed();
        if (job.started || job.over || !STARTING.includes(this.#phase)) return;
        this.#tellPod(job);
        this.enter(stageOf(job));
      }
    } catch {
      // The observation has ended before the container ran.
    }
  }

  async #tellPulls(job: ObservedJob, inStart: Context): Promise<void> {
    using limit = deadline(job.cluster.clock, EVENTS_MS, "the pod's events");
    for (const { container, begunAt, endedAt } of await pullsOf(job, limit.signal)) {
      const attributes: Told = { "k8s.container.name": container };
      this.#tracer.startSpan("pull" satisfies SpanName, { startTime: begunAt, attributes }, inStart).end(endedAt);
    }
  }

  #tellPod({ pod }: ObservedJob): void {
    const { name, uid } = pod?.metadata ?? {};
    this.#tell({ "k8s.pod.name": name, "k8s.pod.uid": uid, "k8s.node.name": pod?.spec?.nodeName });
  }

  #tellReport({ usage, costUsd, sessionId, finishReason }: RunReport): void {
    const used = usageOf(usage);
    this.#tell({
      ...used,
      "gen_ai.conversation.id": sessionId ?? undefined,
      "gen_ai.response.finish_reasons": finishReason === null ? undefined : [finishReason],
      "opencode_k8s.cost": costUsd ?? undefined,
    });
    const tokens = { input: used["gen_ai.usage.input_tokens"], output: used["gen_ai.usage.output_tokens"] };
    for (const [type, count] of Object.entries(tokens)) {
      if (count > 0) record("gen_ai.client.token.usage", count, { ...this.#model, "gen_ai.token.type": type });
    }
    if (costUsd !== null) record("opencode_k8s.run.cost", costUsd, this.#model);
  }

  #tell(told: Told): void {
    this.#run.setAttributes(told);
  }
}

/** No message: it may have words of the provider, or of the model, in it. */
function fail(span: Span, type: string): void {
  span.setAttributes({ "error.type": type } satisfies Told).setStatus({ code: SpanStatusCode.ERROR });
}

function stageOf({ pod }: ObservedJob): Phase {
  return pod?.spec?.nodeName ? "start" : "schedule";
}
