import type { CompletedTool, OpenCodeEvent, StepFinishEvent, ToolUseEvent } from "../events.ts";
import { isJsonObject } from "../json.ts";
import type { RunReport } from "../reader/run-report.ts";
import { shorten } from "../shorten.ts";
import type { TranscriptEntry } from "./transcript-entry.ts";

/** What a model or a tool says is cut here, in UTF-16 units. OpenCode itself cuts a tool's output at 50 KB. */
const MAX_TEXT = 20_000;

/** A string inside a tool's input; whole files are written through inputs. */
const MAX_INPUT_STRING = 4000;

/** A line that is no event, shown as it is. */
const MAX_LINE = 2000;

/**
 * What one event looks like to a reader. Without memory: each line can be shown on its own, in any order.
 *
 * Starts of steps are nothing to see. Neither are their finishes: `result` means the end of the run to Paperclip, and
 * only the summary knows that (see {@link resultEntry}). Just a finish that explains an odd answer is told.
 */
export function transcript(event: OpenCodeEvent, ts: string): TranscriptEntry[] {
  switch (event.type) {
    case "step_start":
      return [];
    case "text":
      return said(event.part.synthetic ? "system" : "assistant", event.part.text, ts);
    case "reasoning":
      return said("thinking", event.part.text, ts);
    case "tool_use":
      return toolEntries(event, ts);
    case "step_finish":
      return oddFinish(event, ts);
    case "error": {
      const { name, statusCode, message } = event.error;
      const status = statusCode === null ? "" : ` (HTTP ${statusCode})`;
      return [{ kind: "stderr", ts, text: shorten(`${name}${status}: ${message}`, MAX_TEXT) }];
    }
    case "unknown":
      return [{ kind: "stdout", ts, text: shorten(JSON.stringify(event.raw), MAX_LINE) }];
    case "other":
      return event.line.trim() === "" ? [] : [{ kind: "stdout", ts, text: shorten(event.line, MAX_LINE) }];
  }
}

/** The last entry of a run: what it came to. An error unless the model stopped by itself and has answered. */
export function resultEntry(summary: RunReport, ts: string): TranscriptEntry {
  const { answer, usage, costUsd, finishReason, complete } = summary;
  const errors = summary.errors.map(({ name, message }) => `${name}: ${message}`);
  return {
    kind: "result",
    ts,
    text: shorten(answer ?? "", MAX_TEXT),
    inputTokens: usage.input,
    outputTokens: usage.output,
    cachedTokens: usage.cacheRead,
    costUsd: costUsd ?? 0,
    subtype: finishReason ?? "unfinished",
    isError: !complete || finishReason !== "stop" || answer === null || answer.trim() === "",
    errors,
  };
}

function said(kind: "assistant" | "thinking" | "system", text: string, ts: string): TranscriptEntry[] {
  return text.trim() === "" ? [] : [{ kind, ts, text: shorten(text, MAX_TEXT) }];
}

function toolEntries({ part }: ToolUseEvent, ts: string): TranscriptEntry[] {
  const { tool, state } = part;
  const toolUseId = part.callID ?? part.id ?? "";
  const isError = state.status === "error";
  const content = isError ? shorten(state.error, MAX_TEXT) : completedContent(state);
  return [
    { kind: "tool_call", ts, name: tool, input: shortenStrings(state.input), toolUseId },
    { kind: "tool_result", ts, toolUseId, toolName: tool, content, isError },
  ];
}

/** A command that fails is a completed call to OpenCode; its exit code is only in the metadata. */
function completedContent({ output, metadata }: CompletedTool): string {
  const content = shorten(output, MAX_TEXT);
  const { exit } = metadata;
  if (typeof exit !== "number" || exit === 0) return content;
  const lineFeed = content === "" || content.endsWith("\n") ? "" : "\n";
  return `${content}${lineFeed}[exit code ${exit}]`;
}

function oddFinish({ part }: StepFinishEvent, ts: string): TranscriptEntry[] {
  const text = ODD_FINISHES[part.reason];
  return text === undefined ? [] : [{ kind: "system", ts, text }];
}

const ODD_FINISHES: Readonly<Partial<Record<string, string>>> = {
  length: "The model reached its output limit; the answer is cut.",
  "content-filter": "The provider's content filter stopped the model.",
  unknown: "The model's stream ended without a finish reason; OpenCode asks again.",
};

/** The same value with long strings shortened, at any depth. */
function shortenStrings(value: unknown): unknown {
  if (typeof value === "string") return shorten(value, MAX_INPUT_STRING);
  if (Array.isArray(value)) return value.map(shortenStrings);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shortenStrings(member)]));
}
