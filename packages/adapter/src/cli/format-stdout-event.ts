import { formatEntry, type OutputStream, terminalStyle } from "@opencode-k8s/opencode-parse/terminal";
import { parseStdoutLine } from "../ui/ui-parser.ts";

/** Where it is printed, such as `process.stdout`. */
export interface Printer extends OutputStream {
  write(text: string): unknown;
}

/**
 * Prints one line of a run's log for a person: the entries that Paperclip's page has for it, as wide as the terminal, coloured
 * where it takes colours and `NO_COLOR` is not set. Throws nothing of its own.
 * @param debug also where steps start
 */
export function formatStdoutEvent(
  line: string,
  debug: boolean,
  out: Printer = process.stdout,
  env: Readonly<Record<string, string | undefined>> = process.env,
): void {
  const style = { ...terminalStyle(out, env), verbose: debug };
  const lines = parseStdoutLine(line, "").flatMap((entry) => formatEntry(entry, style));
  if (lines.length > 0) out.write(`${lines.join("\n")}\n`);
}
