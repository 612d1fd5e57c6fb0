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
  const rest = restOf(bytes);
  const print = `printf "%d ${rest}\\n", i; if (i % ${burst} == 0) { fflush(); system("sleep ${pauseSeconds}") }`;
  return `awk 'BEGIN { for (i = 1; i <= ${lines}; i++) { ${print} } }'`;
}

/** Writes on until it is told to stop. */
export interface EndlessWriter extends Omit<Writer, "lines"> {
  /** Does each burst wait for a file of its number? */
  readonly paced: boolean;
}

/**
 * A shell command that writes line 0 and then burst after burst of numbered lines, until there is `/state/stop`. Paced, it waits for
 * `/state/0` before burst 0, and so on, unless there is `/state/free`. Meanwhile it writes "waiting 0 1", "waiting 0 2" …: a reader
 * knows from them how far it has come, and a pause over a rotation would look to it as if a file was left out.
 */
export function endlessLines({ pauseSeconds, burst, bytes, paced }: EndlessWriter): string {
  const isTold = ["$k", "free", "stop"].map((file) => `[ -e /state/${file} ]`).join(" || ");
  const told = paced ? `i=0; until ${isTold}; do sleep 0.1; i=$((i+1)); echo waiting $k $i; done; ` : "";
  const print = `for (i = k * ${burst} + 1; i <= (k + 1) * ${burst}; i++) printf "%d ${restOf(bytes)}\\n", i`;
  const round = `${told}awk -v k=$k 'BEGIN { ${print} }'; sleep ${pauseSeconds}; k=$((k+1))`;
  return `echo 0 begun; k=0; until [ -e /state/stop ]; do ${round}; done`;
}

function restOf(bytes: number): string {
  return SCRIPT.repeat(Math.ceil(bytes / Buffer.byteLength(SCRIPT)));
}
