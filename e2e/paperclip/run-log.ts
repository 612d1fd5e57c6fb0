/** One record of a run's log: one call of the adapter's `onLog`. */
export interface RunLogRecord {
  /** When the server took it, ISO 8601. */
  readonly ts: string;
  readonly stream: "stdout" | "stderr" | "system";
  readonly chunk: string;
}

/** A piece of the log file as the API gives it: without `nextOffset` when it reaches the file's end. */
export interface RunLogPiece {
  readonly content: string;
  readonly nextOffset?: number;
}

/**
 * Puts a run's log together from pieces of the file. A piece is cut at a byte, through a record and even through a
 * character, so only its whole lines are taken, and the next piece begins behind the last of them. A record that the
 * server is still writing at the end is left out.
 *
 * @param read gives the piece from an offset in bytes.
 * @throws when a piece holds no line end although more follows: the pieces are shorter than a record.
 */
export async function readRunLog(read: (offset: number) => Promise<RunLogPiece>): Promise<RunLogRecord[]> {
  const records: RunLogRecord[] = [];
  for (let offset = 0; ;) {
    const { content, nextOffset } = await read(offset);
    const whole = content.slice(0, content.lastIndexOf("\n") + 1);
    for (const line of whole.split("\n")) if (line) records.push(JSON.parse(line) as RunLogRecord);
    if (nextOffset === undefined) return records;
    if (!whole) throw new Error(`no whole record of the run's log in ${content.length} characters at byte ${offset}`);
    offset += Buffer.byteLength(whole);
  }
}

/** What was logged on one stream, as one text. */
export function textOf(records: readonly RunLogRecord[], stream: RunLogRecord["stream"] = "stdout"): string {
  return records
    .filter((record) => record.stream === stream)
    .map((record) => record.chunk)
    .join("");
}
