import type { RunReaderOptions } from "./reader-options.ts";
import { createRunReader } from "./run-reader.ts";
import type { RunReport } from "./run-report.ts";

/** The report of a whole output of `opencode run --format json`. Never throws but for an option, see {@link createRunReader}. Bytes are read faster than a string. */
export function parseRun(output: string | Uint8Array, options?: RunReaderOptions): RunReport {
  const reader = createRunReader(options);
  if (typeof output !== "string") {
    reader.write(output);
    return reader.end();
  }
  let start = 0;
  for (let end = output.indexOf("\n"); end >= 0; end = output.indexOf("\n", start)) {
    reader.push(output.slice(start, end));
    start = end + 1;
  }
  if (start < output.length) reader.push(output.slice(start));
  return reader.end();
}
