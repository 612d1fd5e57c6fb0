import { type Context, type Span, SpanStatusCode, trace, type Tracer } from "@opentelemetry/api";
import { type ErrorEvent, parseLine, type StepFinishEvent, type ToolUseEvent } from "@opencode-k8s/opencode-parse";
import type { EventName, SpanName, Told } from "./names.ts";
import { usageOf } from "./usage.ts";

/** The lines that spans are made of, by how OpenCode begins them: the other ones are not parsed. */
const TOLD = /^\{"type":"(?:step_start|step_finish|tool_use|error)"/;

/** A step that has not finished. Its span is made when it has: OpenCode prints that it began after its first tool may have. */
interface Step {
  /** Milliseconds since the epoch. */
  begunAt: number;
  readonly tools: ToolUseEvent[];
  readonly errors: ErrorEvent[];
}

/** OpenCode's steps and tools as spans, at the times that its events tell, which are those of the pod's clock. */
export class AgentSpans {
  readonly #tracer: Tracer;
  readonly #agent: Context;
  #step: Step | null = null;

  /** @param agent the context of the span that they all lie in */
  constructor(tracer: Tracer, agent: Context) {
    this.#tracer = tracer;
    this.#agent = agent;
  }

  read(line: string): void {
    if (!TOLD.test(line)) return;
    const event = parseLine(line);
    switch (event.type) {
      case "step_start":
        this.#end(event.timestamp, {}); // Begun anew in mid-stream.
        this.#step = { begunAt: event.timestamp, tools: [], errors: [] };
        break;
      case "step_finish":
        this.#end(event.timestamp, finishOf(event));
        break;
      case "tool_use":
        if (this.#step) {
          this.#step.begunAt = Math.min(this.#step.begunAt, event.part.state.time.start ?? Infinity);
          this.#step.tools.push(event);
        } else this.#tool(event, this.#agent);
        break;
      case "error":
        if (this.#step) this.#step.errors.push(event);
        else addError(trace.getSpan(this.#agent), event);
        break;
      case "text":
      case "reasoning":
      case "unknown":
      case "other":
        break; // Part of a step, or nothing that has a time.
    }
  }

  /** Ends the step that OpenCode did not. */
  end(): void {
    this.#end(null, {});
  }

  #end(endedAt: number | null, told: Told): void {
    const step = this.#step;
    if (!step) return;
    this.#step = null;
    const options = { startTime: at(step.begunAt), attributes: told };
    const span = this.#tracer.startSpan("step" satisfies SpanName, options, this.#agent);
    const inStep = trace.setSpan(this.#agent, span);
    for (const tool of step.tools) this.#tool(tool, inStep);
    for (const error of step.errors) addError(span, error);
    span.end(endedAt === null ? undefined : at(endedAt));
  }

  #tool({ part, timestamp }: ToolUseEvent, parent: Context): void {
    const { tool, callID, state } = part;
    const attributes: Told = {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": tool,
      "gen_ai.tool.call.id": callID ?? undefined,
      "error.type": state.status === "error" ? "tool_error" : undefined,
    };
    const options = { startTime: at(state.time.start ?? timestamp), attributes };
    const span = this.#tracer.startSpan(`${"execute_tool" satisfies SpanName} ${tool}`, options, parent);
    if (state.status === "error") span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(at(state.time.end ?? timestamp));
  }
}

function finishOf({ part: { tokens, cost, reason } }: StepFinishEvent): Told {
  const { input, output, reasoning, cache } = tokens;
  return {
    ...usageOf({ input, output, reasoning, cacheRead: cache.read, cacheWrite: cache.write }),
    "gen_ai.response.finish_reasons": [reason],
    "opencode_k8s.cost": cost > 0 ? cost : undefined,
  };
}

function addError(span: Span | undefined, { error, timestamp }: ErrorEvent): void {
  const told: Told = { "error.type": error.name, "http.response.status_code": error.statusCode ?? undefined };
  span?.addEvent("opencode.error" satisfies EventName, told, at(timestamp));
}

/** Milliseconds since the epoch as a time of the API, to which a small number is one since the process began. */
function at(ms: number): Date {
  return new Date(ms);
}
