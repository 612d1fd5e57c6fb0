import { parseOpenCodeJsonl } from "@paperclipai/adapter-opencode-local/server";

/** What it is measured against: reads the output of one run, and gives anything that shows it did. */
export type Parser = (output: Buffer) => unknown;

/** The least that a parser can do: split, decode, one `JSON.parse` a line. Decodes all at once, which is faster than each line. */
export function parseEachLine(output: Buffer): number {
  const text = output.toString();
  let objects = 0;
  let start = 0;
  while (start < text.length) {
    const feed = text.indexOf("\n", start);
    const end = feed < 0 ? text.length : feed;
    if (isJson(text.slice(start, end))) objects++;
    start = end + 1;
  }
  return objects;
}

/** The parser of opencode_local. */
export function opencodeLocal(output: Buffer): unknown {
  return parseOpenCodeJsonl(output.toString());
}

/** As adapters often do: each line is parsed once for the report and once more for what is shown, and the events are kept. */
export function parseTwice(output: Buffer): number {
  const lines = output.toString().split("\n");
  const shown = lines.map(objectOrNull);
  const events = lines.map(objectOrNull).filter((event) => event !== null);
  return shown.length + events.length;
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function objectOrNull(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
