export { formatEntry } from "./format-entry.ts";
export type { OutputStream, TerminalStyle } from "./terminal-style.ts";
export { terminalStyle } from "./terminal-style.ts";
