/** How entries are drawn. */
export interface TerminalStyle {
  readonly color: boolean;
  /** Columns of the terminal; less than 20 is taken as 20. */
  readonly width: number;
  /** Lines shown of a tool's output, its beginning and its end, with a note of what is missing between. Default 8. */
  readonly maxOutputLines?: number;
  /** Lines shown of a tool's input. Default 6. */
  readonly maxInputLines?: number;
  /** Also where steps start. Default false. */
  readonly verbose?: boolean;
}

/** What is looked at of a stream, such as `process.stdout`. */
export interface OutputStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** Lines longer than this are hard to read; it is the width, too, where nobody knows any. */
const COMFORTABLE_WIDTH = 100;

/**
 * The style for a stream, such as `terminalStyle(process.stdout, process.env)`. Coloured are terminals, except dumb ones;
 * `NO_COLOR` (no-color.org) and `FORCE_COLOR` overrule that, and of both `FORCE_COLOR` wins, as in Node.
 */
export function terminalStyle(
  { isTTY, columns }: OutputStream,
  { FORCE_COLOR, NO_COLOR, TERM }: Readonly<Record<string, string | undefined>>,
): TerminalStyle {
  const forced = FORCE_COLOR === undefined ? null : FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  const color = forced ?? (isTTY === true && !NO_COLOR && TERM !== "dumb");
  // A terminal without a size says 0.
  return { color, width: Math.min(columns || COMFORTABLE_WIDTH, COMFORTABLE_WIDTH) };
}
