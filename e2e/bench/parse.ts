import { existsSync } from "node:fs";
import { growthOfReports } from "../../packages/opencode-parse/bench/long-run.ts";
import { reportSpeed } from "../../packages/opencode-parse/bench/speed.ts";
import type { Figure } from "./figure.ts";

const LINES = 1_000_000;

/** The whole report of each captured run from its bytes, against other ways to read the same Buffers; and its growth. */
export function parse(corpus: string): Figure[] {
  const growth = growthOfReports(LINES);
  const figures: Figure[] = [
    {
      name: "parse, a report after each line, time after a million lines",
      baseline: "a new reader, the same lines",
      ratio: growth,
      wanted: "at most 1.2",
      ok: growth <= 1.2,
    },
  ];
  if (!existsSync(corpus)) return [...figures, { name: "parse, speed", skipped: `no corpus at ${corpus}` }];
  const { parseEachLine, opencodeLocal, parseTwice, megabytes, runs } = reportSpeed(corpus);
  const note = `${runs} runs, ${megabytes.toFixed(1)} MB`;
  return [
    ...figures,
    {
      name: "parse, report from bytes, throughput",
      baseline: "split, decode and one JSON.parse a line",
      ratio: parseEachLine,
      wanted: "at least 2.0",
      ok: parseEachLine >= 2,
      note,
    },
    {
      name: "parse, report from bytes, throughput",
      baseline: "the parser of opencode_local",
      ratio: opencodeLocal,
      wanted: "at least 1.0",
      ok: opencodeLocal >= 1,
      note,
    },
    {
      name: "parse, report from bytes, throughput",
      baseline: "each line parsed twice, events kept",
      ratio: parseTwice,
      wanted: "at least 1.0",
      ok: parseTwice >= 1,
      note,
    },
  ];
}
