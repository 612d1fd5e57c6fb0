import type { JsonObject } from "../json.ts";
import { isJsonObject } from "../json.ts";

/** The member that says what a call of the tool is about. */
const ESSENTIAL: ReadonlyMap<string, string> = new Map([
  ["bash", "command"],
  ["read", "filePath"],
  ["write", "filePath"],
  ["edit", "filePath"],
  ["glob", "pattern"],
  ["grep", "pattern"],
  ["list", "path"],
  ["webfetch", "url"],
  ["websearch", "query"],
  ["task", "description"],
  ["skill", "name"],
  ["invalid", "tool"],
]);

/** The essential of a tool's input as short as possible: the command, the path, the pattern; else compact JSON. */
export function essentialInput(tool: string, input: unknown): string {
  if (!isJsonObject(input)) return input === undefined ? "" : JSON.stringify(input);
  const value = input[ESSENTIAL.get(tool) ?? ""];
  if (typeof value === "string") return value.trim() + inputNote(tool, input);
  if (tool === "todowrite" && Array.isArray(input.todos)) return progress(input.todos);
  return Object.keys(input).length === 0 ? "" : JSON.stringify(input);
}

function inputNote(tool: string, input: JsonObject): string {
  if (tool === "write" && typeof input.content === "string") return ` (${countLines(input.content)})`;
  if (tool === "grep" && typeof input.path === "string") return ` in ${input.path}`;
  if (tool === "task" && typeof input.subagent_type === "string") return ` (${input.subagent_type})`;
  return "";
}

function countLines(text: string): string {
  const lines = text.replace(/\n$/, "").split("\n").length;
  return lines === 1 ? "1 line" : `${lines} lines`;
}

/** The list itself is the result of the call. */
function progress(todos: readonly unknown[]): string {
  const done = todos.filter((todo) => isJsonObject(todo) && todo.status === "completed").length;
  return `${done} of ${todos.length} done`;
}
