import type { CompletedTool, ToolUseEvent } from "../events.ts";
import type { JsonObject } from "../json.ts";
import { isJsonObject, stringOrNull } from "../json.ts";
import { modelName } from "../model-name.ts";
import { bounded, shortenMiddle } from "./bounded.ts";
import type { TranscriptEntry } from "./transcript-entry.ts";

/** A tool's output is cut here, in UTF-16 units. OpenCode itself cuts it at 50 KB. */
const MAX_OUTPUT = 20_000;

/** A call and its result: OpenCode prints a call only when it has ended. */
export function toolEntries(event: ToolUseEvent, ts: string): TranscriptEntry[] {
  const { tool, state } = event.part;
  const toolUseId = callId(event);
  const isError = state.status === "error";
  const content = isError ? state.error : completedContent(tool, state);
  return [
    { kind: "tool_call", ts, name: tool, input: bounded(state.input), toolUseId },
    { kind: "tool_result", ts, toolUseId, toolName: tool, content: shortenMiddle(content, MAX_OUTPUT), isError },
  ];
}

/** The model's own id of the call, else OpenCode's of the part, else one made of the line, which is the same each time. */
function callId({ part, raw }: ToolUseEvent): string {
  return part.callID || part.id || `call_${fingerprint(JSON.stringify(bounded(raw)))}`;
}

/** FNV-1a, 32 bits. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(16);
}

/** A tool's output, with what a reader would miss because only the metadata say it. */
function completedContent(tool: string, { input, output, metadata }: CompletedTool): string {
  const { diff, exit, sessionId, model } = metadata;
  // A command that fails is a completed call to OpenCode.
  if (typeof exit === "number" && exit !== 0) return withNote(output, `[exit code ${exit}]`);
  switch (tool) {
    case "todowrite":
      return (listOf(metadata) ?? listOf(input))?.map(todoLine).join("\n") ?? output;
    case "edit":
      // From the first hunk on: the file is in the input.
      return typeof diff === "string" ? withNote(output, diff.slice(Math.max(0, diff.indexOf("@@")))) : output;
    case "task":
      return typeof sessionId === "string" ? withNote(output, `[sub-agent ${sessionId}${modelNote(model)}]`) : output;
    default:
      return output;
  }
}

function withNote(output: string, note: string): string {
  return output === "" || output.endsWith("\n") ? output + note : `${output}\n${note}`;
}

function modelNote(model: unknown): string {
  const name = modelName(model);
  return name === null ? "" : ` · ${name}`;
}

function listOf(value: unknown): unknown[] | null {
  return isJsonObject(value) && Array.isArray(value.todos) ? value.todos : null;
}

function todoLine(todo: unknown): string {
  const { status, content }: JsonObject = isJsonObject(todo) ? todo : {};
  const mark = status === "completed" ? "☑" : status === "in_progress" ? "▸" : status === "cancelled" ? "☒" : "☐";
  return `${mark} ${stringOrNull(content) ?? JSON.stringify(bounded(todo))}`;
}
