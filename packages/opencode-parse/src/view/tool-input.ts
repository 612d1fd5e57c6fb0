import { isJsonObject } from "../json.ts";

/** The member that says what a call of the tool is about. */
const ESSENTIAL: Readonly<Partial<Record<string, string>>> = {
  bash: "command",
  read: "filePath",
  write: "filePath",
  edit: "filePath",
  glob: "pattern",
  grep: "pattern",
  list: "path",
  webfetch: "url",
  websearch: "query",
  task: "description",
  skill: "name",
  invalid: "tool",
};

/** The essential of a tool's input as short as possible: the command, the path, the pattern; else compact JSON. */
export function essentialInput(tool: string, input: unknown): string {
  if (!isJsonObject(input)) return input === undefined ? "" : JSON.stringify(input);
  const value = input[ESSENTIAL[tool] ?? ""];
  if (typeof value === "string") return value.trim() + inputNote(tool, input);
  if (tool === "todowrite" && Array.isArray(input.todos)) return input.todos.map(todoLine).join("\n");
  return Object.keys(input).length === 0 ? "" : JSON.stringify(input);
}

function inputNote(tool: string, input: { readonly [key: string]: unknown }): string {
  if (tool === "write" && typeof input.content === "string") return ` (${countLines(input.content)})`;
  if (tool === "grep" && typeof input.path === "string") return ` in ${input.path}`;
  return "";
}

function countLines(text: string): string {
  const lines = text.replace(/\n$/, "").split("\n").length;
  return lines === 1 ? "1 line" : `${lines} lines`;
}

function todoLine(todo: unknown): string {
  if (!isJsonObject(todo)) return JSON.stringify(todo);
  const mark = todo.status === "completed" ? "☑" : todo.status === "in_progress" ? "▸" : "☐";
  return `${mark} ${typeof todo.content === "string" ? todo.content : ""}`;
}
