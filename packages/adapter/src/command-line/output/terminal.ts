/** Where a command writes to, such as `process.stdout`. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What a command has of the process that it runs in; tests hand over their own. */
export interface Terminal {
  readonly out: Output;
  /** For what is not the command's result: progress, problems. */
  readonly err: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Somebody wants the command to end: Ctrl-C, or nobody reads its output any more. */
  readonly signal: AbortSignal;
}
