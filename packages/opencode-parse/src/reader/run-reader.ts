import type { LineKind } from "../events.ts";
import { LineSplitter } from "./line-splitter.ts";
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

export interface RunReaderOptions {
  /** How many errors, and how many tool errors, a report keeps: the last ones. Default 20. */
  readonly keptErrors?: number;
  /** Longest message kept of an error, in UTF-16 units. Default 4000. */
  readonly keptMessageLength?: number;
  /**
   * Longest line that is looked at, in bytes of UTF-8; a longer one is counted as `other` and in `oversizedLines`.
   * Default 8 MiB: a line holds one text or one tool call, and the longest one seen is an answer of 3 MB.
   */
  readonly maxLineBytes?: number;
  /**
   * Price of a million output tokens in US dollars, as in OpenCode's configuration. With it the cost that versions up
   * to 1.2.27 print for reasoning is corrected. Not needed for others.
   */
  readonly outputUsdPerMillion?: number;
  /**
   * So many steps in a row with the reason `unknown` are a loop. Default 5: one may be a stream that broke, and
   * OpenCode comes to 5 in less than a second where it never ends (measured: 7 a second).
   */
  readonly unknownFinishLimit?: number;
  /**
   * So many calls in a row of the same tool with the same input are a loop. Default 10: who waits for a build asks
   * again, too, and OpenCode itself stops 4 only where they come in one response.
   */
  readonly sameToolCallLimit?: number;
}

/**
 * A reader for one run.
 *
 * It is faster than `JSON.parse` on each line, because it parses only what a report needs: the kind comes from what is
 * around a line's texts, the numbers of a finish from its tail, and of all the texts only the answer is parsed, when a
 * report is asked for.
 */
export function createRunReader(options: RunReaderOptions = {}): RunReader {
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
      unknownFinishes: options.unknownFinishLimit ?? 5,
      sameToolCalls: options.sameToolCallLimit ?? 10,
    },
    outputUsdPerMillion: options.outputUsdPerMillion ?? null,
  };
}
