const BEGINNING = '{"type":"';

/** Whether a line that is no JSON object is the beginning of an event, cut anywhere after its first character. */
export function isCutEvent(line: string): boolean {
  return line !== "" && (line.startsWith(BEGINNING) || BEGINNING.startsWith(line));
}
