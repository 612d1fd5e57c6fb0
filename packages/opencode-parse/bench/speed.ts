import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseRun } from "../src/index.ts";
import { median } from "./median.ts";
import type { Parser } from "./other-parsers.ts";
import { opencodeLocal, parseEachLine, parseTwice } from "./other-parsers.ts";

/** How many times faster a whole report from bytes is; medians of rounds in which all take turns. */
export interface SpeedRatios {
  readonly parseEachLine: number;
  readonly opencodeLocal: number;
  readonly parseTwice: number;
  readonly megabytes: number;
  readonly runs: number;
}

/** Until the compilers of V8 have done their work. */
const WARM_UP_ROUNDS = 20;
const ROUNDS = 41;

/** Reads all `.jsonl` files below the directory, run by run. */
export function reportSpeed(directory: string): SpeedRatios {
  const outputs = readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => readFileSync(join(directory, name)));
  const rounds = Array.from({ length: WARM_UP_ROUNDS + ROUNDS }, () => {
    const ours = timeOf(parseRun, outputs);
    return {
      parseEachLine: timeOf(parseEachLine, outputs) / ours,
      opencodeLocal: timeOf(opencodeLocal, outputs) / ours,
      parseTwice: timeOf(parseTwice, outputs) / ours,
    };
  }).slice(WARM_UP_ROUNDS);
  return {
    parseEachLine: median(rounds.map((round) => round.parseEachLine)),
    opencodeLocal: median(rounds.map((round) => round.opencodeLocal)),
    parseTwice: median(rounds.map((round) => round.parseTwice)),
    megabytes: outputs.reduce((sum, output) => sum + output.length, 0) / 1e6,
    runs: outputs.length,
  };
}

function timeOf(parser: Parser, outputs: readonly Buffer[]): number {
  const start = performance.now();
  for (const output of outputs) parser(output);
  return performance.now() - start;
}
