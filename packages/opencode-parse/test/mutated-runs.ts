import fc from "fast-check";
import type { RunEnd } from "../src/index.ts";
import { FIXTURES, readRuns } from "./runs.ts";

/** What may stand between the lines of a run: other processes share the stream. */
const FOREIGN = [
  "npm warn deprecated inflight@1.0.6",
  "    at Object.<anonymous> (/app/index.js:1:1)",
  '{"level":"info","msg":"another process"}',
  '{"type":"heartbeat","sessionID":"ses_other"}',
  "[1,2,3]",
  "null",
  '"a text"',
  "\u0000\u001b[31mred\u001b[0m",
  '{"type":"step_finish"',
  "ключ: \ud83d\ude80",
] as const;

const runs = readRuns(FIXTURES)
  .map(({ lines }) => lines)
  .filter((lines) => lines.length > 0 && lines.length < 200);

const position = fc.nat({ max: 199 });

/** One thing that happens to a stream on its way. */
const mutation: fc.Arbitrary<(lines: string[]) => string[]> = fc.oneof(
  position.map((at) => (lines: string[]) => lines.toSpliced(at % lines.length, 1)),
  position.map((at) => (lines: string[]) => lines.toSpliced(at % lines.length, 0, lines[at % lines.length] ?? "")),
  fc.tuple(position, position).map(([from, to]) => (lines: string[]) => {
    const [moved = ""] = lines.slice(from % lines.length);
    return lines.toSpliced(from % lines.length, 1).toSpliced(to % lines.length, 0, moved);
  }),
  fc.tuple(position, fc.nat({ max: 4000 })).map(([at, length]) => (lines: string[]) => {
    const line = lines[at % lines.length] ?? "";
    // Bytes hold no half of a pair: a character that was cut reads as U+FFFD.
    return lines.with(at % lines.length, line.slice(0, length % (line.length + 1)).toWellFormed());
  }),
  fc.tuple(position, fc.constantFrom(...FOREIGN)).map(
    ([at, foreign]) =>
      (lines: string[]) =>
        lines.toSpliced(at % lines.length, 0, foreign),
  ),
  fc.constantFrom(...runs).map((second) => (lines: string[]) => [...lines, ...second]),
);

/** A real run to which up to six things happened. */
export const mutatedRun: fc.Arbitrary<readonly string[]> = fc
  .tuple(fc.constantFrom(...runs), fc.array(mutation, { maxLength: 6 }))
  .map(([lines, mutations]) =>
    mutations.reduce((left, mutate) => (left.length === 0 ? left : mutate(left)), [...lines]),
  );

/** What a caller may know of the end, likely or not. */
export const anyEnd: fc.Arbitrary<RunEnd> = fc.record(
  {
    exitCode: fc.option(fc.constantFrom(0, 1, 2, 124, 137, 143, -1, 256)),
    signal: fc.option(fc.constantFrom("SIGTERM", "SIGKILL", "SIGSEGV", "")),
    stderr: fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "Error: Session not found",
        "! permission requested: bash (ls); auto-rejecting",
        "Failed query: x",
        "\u001b[91m\u001b[1mError: \u001b[0m",
      ),
    ),
    version: fc.option(fc.constantFrom("1.0.185", "1.2.27", "1.18.33", "latest", "")),
    resumed: fc.boolean(),
    maxSteps: fc.constantFrom(0, 1, 3, 1000),
  },
  { requiredKeys: ["exitCode"] },
);
