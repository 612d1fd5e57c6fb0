/** A shell command that writes numbered lines to stdout, as a container runs it. */
export interface Writer {
  readonly lines: number;
  /** Between bursts, seconds. */
  readonly pauseSeconds: number;
  /** Lines of one burst, written at full speed. */
  readonly burst: number;
  /** Bytes of a line after its number, about. */
  readonly bytes: number;
}

/** Characters of one, two, three and four bytes: a cut at a random byte is often in the middle of one. */
const SCRIPT = "aäö€☃😀";

export function numberedLines({ lines, pauseSeconds, burst, bytes }: Writer): string {
  const rest = SCRIPT.repeat(Math.ceil(bytes / Buffer.byteLength(SCRIPT)));
  const print = `printf "%d ${rest}\\n", i; if (i % ${burst} == 0) { fflush(); system("sleep ${pauseSeconds}") }`;
  return `awk 'BEGIN { for (i = 1; i <= ${lines}; i++) { ${print} } }'`;
}
