import { readFileSync, readdirSync } from "node:fs";
import { createRunReader } from "../src/index.ts";

export interface RunReaderFigures {
  readonly lines: number;
  readonly megabytes: number;
  /** Median ms of one pass of the reader, summary included. */
  readonly readerMs: number;
  /** Median ms of one pass of a loop with one `JSON.parse` a line. */
  readonly parseMs: number;
  /** `parseMs / readerMs`: how many times faster the reader is. */
  readonly ratio: number;
}

/** Rounds until the compilers of V8 have done their work. */
const WARM_UP_ROUNDS = 10;

/** Compares the reader with a loop that does one `JSON.parse` a line, in turns, over the same strings. */
export function benchRunReader(lines: readonly string[], rounds = 25): RunReaderFigures {
  const readerTimes: number[] = [];
  const parseTimes: number[] = [];
  for (let round = 0; round < rounds + WARM_UP_ROUNDS; round++) {
    const reader = timed(() => readAll(lines));
    const parse = timed(() => parseAll(lines));
    if (round < WARM_UP_ROUNDS) continue;
    readerTimes.push(reader);
    parseTimes.push(parse);
  }
  const characters = lines.reduce((sum, line) => sum + line.length, 0);
  const readerMs = median(readerTimes);
  const parseMs = median(parseTimes);
  return { lines: lines.length, megabytes: characters / 1e6, readerMs, parseMs, ratio: parseMs / readerMs };
}

function readAll(lines: readonly string[]): number {
  const reader = createRunReader();
  for (const line of lines) reader.push(line);
  return reader.report().steps;
}

function parseAll(lines: readonly string[]): number {
  let objects = 0;
  for (const line of lines) {
    try {
      if (JSON.parse(line) !== null) objects++;
    } catch {
      // no JSON: a banner, or a line that was cut
    }
  }
  return objects;
}

function timed(work: () => number): number {
  const start = performance.now();
  const result = work();
  const elapsed = performance.now() - start;
  if (result < 0) throw new Error("unreachable; keeps the result alive");
  return elapsed;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** All lines of all `.jsonl` files below `directory`. */
export function linesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".jsonl"))
    .toSorted()
    .flatMap((name) => readFileSync(`${directory}/${name}`, "utf8").split("\n"))
    .filter((line) => line !== "")
    .map((line) => Buffer.from(line).toString());
}

if (import.meta.main) {
  const directory = process.argv[2];
  if (directory === undefined) throw new Error("usage: node run-reader.bench.ts <directory with .jsonl files>");
  const lines = linesBelow(directory);
  console.log("all lines          ", benchRunReader(lines));
  console.log("lines under 100 KB ", benchRunReader(lines.filter((line) => line.length < 100_000)));
  for (const kind of ["step_start", "text", "tool_use", "step_finish"]) {
    const ofKind = lines.filter((line) => line.startsWith(`{"type":"${kind}"`) && line.length < 100_000);
    console.log(kind.padEnd(19), benchRunReader(ofKind));
  }
}
