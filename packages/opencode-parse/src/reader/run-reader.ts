import type { LineKind } from "../events.ts";
import { LineSplitter } from "./line-splitter.ts";
import { LOOP_LIMITS } from "./loop-watch.ts";
import type { RunReaderOptions } from "./reader-options.ts";
import { checkOptions } from "./reader-options.ts";
import type { RunProgress, RunReport } from "./run-report.ts";
import type { TallyLimits } from "./run-tally.ts";
import { RunTally } from "./run-tally.ts";
import { exceeds } from "./utf8-length.ts";

const CARRIAGE_RETURN = 0x0d;

/**
 * Reads the output of one run, line by line (`push`) or in chunks of bytes (`write`), but not both in turns. Never
 * throws, whatever comes. Keeps a bounded report and a few lines, never the events.
 */
export interface RunReader {
  /** Takes the next line, without its line feed, and says what it is. */
  push(line: string): LineKind;
  /** Takes the next bytes of stdout, cut anywhere. They may be used again afterwards. */
  write(chunk: Uint8Array): void;
  /** Takes the bytes after the last line feed as a line, and gives the report. */
  end(): RunReport;
  /** The run as far as it is known from the whole lines read so far; costs the same after each line. */
  report(): RunReport;
  /** What tells whether to stop the run; may be asked after every line. */
  progress(): RunProgress;
}

/**
 * A reader for one run.
 *
 * It is faster than `JSON.parse` on each line, because it parses only what a report needs: the kind comes from what is
 * around a line's texts, the numbers of a finish from its tail, and of all the texts only the answer is parsed, when a
 * report is asked for.
 *
 * @throws RangeError for an option that is out of its range, by name; trying again cannot help
 */
export function createRunReader(options: RunReaderOptions = {}): RunReader {
  checkOptions(options);
  const tally = new RunTally(limitsOf(options));
  const maxLineBytes = options.maxLineBytes ?? 8_388_608;
  const take = (line: string): LineKind =>
    tally.line(line.charCodeAt(line.length - 1) === CARRIAGE_RETURN ? line.slice(0, -1) : line);
  const dropped = (): LineKind => {
    tally.oversized();
    return "other";
  };
  const splitter = new LineSplitter({ line: take, oversized: dropped }, maxLineBytes);
  return {
    push: (line) => (exceeds(line, maxLineBytes) ? dropped() : take(line)),
    write: (chunk) => splitter.write(chunk),
    end: () => {
      splitter.end();
      return tally.report();
    },
    report: () => tally.report(),
    progress: () => tally.progress(),
  };
}

function limitsOf(options: RunReaderOptions): TallyLimits {
  return {
    errors: options.keptErrors ?? 20,
    messageLength: options.keptMessageLength ?? 4000,
    loop: {
      unknownFinishes: options.unknownFinishLimit ?? LOOP_LIMITS.unknownFinishes,
      sameToolCalls: options.sameToolCallLimit ?? LOOP_LIMITS.sameToolCalls,
    },
    outputUsdPerMillion: options.outputUsdPerMillion ?? null,
  };
}
