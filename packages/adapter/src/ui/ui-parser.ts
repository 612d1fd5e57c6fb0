import { parseLine, transcript, type TranscriptEntry } from "@opencode-k8s/opencode-parse";

/** Begins the lines of a run's log that are the adapter's or Paperclip's own. */
const OWN = "[paperclip] ";

/**
 * The entries of one line of a run's log, as Paperclip's page of a run shows them. `ts`: the line's time, ISO 8601. Stateless, because
 * Paperclip has one parser for all runs, and throws nothing: a line that makes it throw would be lost.
 */
export function parseStdoutLine(line: string, ts: string): TranscriptEntry[] {
  if (line.startsWith(OWN)) return [{ kind: "system", ts, text: line.slice(OWN.length) }];
  return [...transcript(parseLine(line), ts)];
}
