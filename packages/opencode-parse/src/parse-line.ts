import type {
  ErrorEvent,
  OpenCodeEvent,
  ReasoningEvent,
  StepFinishEvent,
  StepStartEvent,
  StepTokens,
  TextEvent,
  TimeSpan,
  ToolState,
  ToolUseEvent,
} from "./events.ts";
import type { JsonObject } from "./json.ts";
import { amountOrZero, isJsonObject, objectOrEmpty, parseJsonObject, stringOrNull } from "./json.ts";

/**
 * Reads one line of OpenCode's stdout, without its line feed. Never throws, whatever the line is.
 *
 * An object is an event of a known type only with `timestamp`, `sessionID`, its part (or error), and what makes the
 * part what it is: the text of a text, the reason of a finish, tool and status of a tool call. Anything less is
 * `unknown`: other programs print objects with a `type`, too.
 */
export function parseLine(line: string): OpenCodeEvent {
  const raw = parseJsonObject(line);
  if (raw === null) return { type: "other", line };
  return knownEvent(raw) ?? { type: "unknown", raw };
}

type Head = { readonly timestamp: number; readonly sessionID: string; readonly raw: JsonObject };

function knownEvent(raw: JsonObject): OpenCodeEvent | null {
  const { type, timestamp, sessionID, part } = raw;
  if (typeof timestamp !== "number" || typeof sessionID !== "string") return null;
  const head: Head = { timestamp, sessionID, raw };
  if (type === "error") return errorEvent(head);
  if (!isJsonObject(part)) return null;
  switch (type) {
    case "step_start":
      return stepStart(head, part);
    case "text":
      return text(head, part);
    case "reasoning":
      return reasoning(head, part);
    case "tool_use":
      return toolUse(head, part);
    case "step_finish":
      return stepFinish(head, part);
    default:
      return null;
  }
}

function stepStart(head: Head, part: JsonObject): StepStartEvent {
  return { type: "step_start", ...head, part: { ...partHead(part), snapshot: stringOrNull(part.snapshot) } };
}

function text(head: Head, part: JsonObject): TextEvent | null {
  if (typeof part.text !== "string") return null;
  const synthetic = part.synthetic === true;
  const metadata = objectOrEmpty(part.metadata);
  const time = timeSpan(part.time);
  return { type: "text", ...head, part: { ...partHead(part), text: part.text, synthetic, metadata, time } };
}

function reasoning(head: Head, part: JsonObject): ReasoningEvent | null {
  if (typeof part.text !== "string") return null;
  return { type: "reasoning", ...head, part: { ...partHead(part), text: part.text, time: timeSpan(part.time) } };
}

function toolUse(head: Head, part: JsonObject): ToolUseEvent | null {
  const { tool, callID } = part;
  const state = toolState(part.state);
  if (typeof tool !== "string" || state === null) return null;
  return { type: "tool_use", ...head, part: { ...partHead(part), tool, callID: stringOrNull(callID), state } };
}

function toolState(state: unknown): ToolState | null {
  if (!isJsonObject(state)) return null;
  const { status, input } = state;
  const metadata = objectOrEmpty(state.metadata);
  const time = timeSpan(state.time);
  if (status === "completed") {
    const output = stringOrNull(state.output) ?? "";
    return { status, input, output, title: stringOrNull(state.title), metadata, time };
  }
  if (status === "error") return { status, input, error: stringOrNull(state.error) ?? "", metadata, time };
  return null;
}

function stepFinish(head: Head, part: JsonObject): StepFinishEvent | null {
  const { reason, snapshot, tokens, cost } = part;
  if (typeof reason !== "string") return null;
  return {
    type: "step_finish",
    ...head,
    part: {
      ...partHead(part),
      reason,
      snapshot: stringOrNull(snapshot),
      tokens: stepTokens(tokens),
      cost: amountOrZero(cost),
    },
  };
}

function stepTokens(value: unknown): StepTokens {
  const tokens = objectOrEmpty(value);
  const cache = objectOrEmpty(tokens.cache);
  return {
    total: tokens.total === undefined ? null : amountOrZero(tokens.total),
    input: amountOrZero(tokens.input),
    output: amountOrZero(tokens.output),
    reasoning: amountOrZero(tokens.reasoning),
    cache: { read: amountOrZero(cache.read), write: amountOrZero(cache.write) },
  };
}

function errorEvent(head: Head): ErrorEvent | null {
  const { error } = head.raw;
  if (!isJsonObject(error)) return null;
  const data = objectOrEmpty(error.data);
  const name = stringOrNull(error.name) ?? "UnknownError";
  const message = stringOrNull(data.message) ?? stringOrNull(error.message) ?? name;
  const statusCode = typeof data.statusCode === "number" ? data.statusCode : null;
  const isRetryable = typeof data.isRetryable === "boolean" ? data.isRetryable : null;
  return { type: "error", ...head, error: { name, message, statusCode, isRetryable, data } };
}

function partHead(part: JsonObject): { readonly id: string | null; readonly messageID: string | null } {
  return { id: stringOrNull(part.id), messageID: stringOrNull(part.messageID) };
}

function timeSpan(value: unknown): TimeSpan {
  const time = objectOrEmpty(value);
  return {
    start: typeof time.start === "number" ? time.start : null,
    end: typeof time.end === "number" ? time.end : null,
  };
}
