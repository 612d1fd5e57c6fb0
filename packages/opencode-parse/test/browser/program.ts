import type { RunReport, TranscriptEntry, Verdict } from "../../src/index.ts";
import { createRunReader, judgeRun, parseLine, resultEntry, transcript } from "../../src/index.ts";
import { formatEntry } from "../../src/terminal/index.ts";

/** One run for {@link run}; a browser gets its bytes as text. */
export interface Given {
  readonly name: string;
  readonly base64: string;
}

/** What the package says of a run. */
export interface Said {
  readonly name: string;
  readonly report: RunReport;
  readonly verdict: Verdict;
  readonly entries: readonly TranscriptEntry[];
  /** The entries as a terminal shows them: a page may emulate one. */
  readonly rows: readonly string[];
}

const TS = "2026-11-22T00:00:00.000Z";

/**
 * What runs unchanged in Node, in a page and in a worker: from bytes in odd chunks to report and verdict, and from lines
 * to the transcript.
 */
export function run(runs: readonly Given[]): Said[] {
  return runs.map(({ name, base64 }) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const lines = new TextDecoder().decode(bytes).split("\n");
    const report = reportOf(bytes);
    const verdict = judgeRun(report, { exitCode: null });
    const entries = [...lines.flatMap((line) => transcript(parseLine(line), TS)), resultEntry(report, verdict, TS)];
    const rows = entries.flatMap((entry) => formatEntry(entry, { color: true, width: 80 }));
    return { name, report, verdict, entries, rows };
  });
}

/** Sizes of the chunks, again and again: inside lines, inside characters, over lines. */
const CHUNK_SIZES = [1, 2, 61, 4096];

function reportOf(bytes: Uint8Array): RunReport {
  const reader = createRunReader();
  for (let start = 0, chunk = 0; start < bytes.length; chunk++) {
    const end = start + (CHUNK_SIZES[chunk % CHUNK_SIZES.length] ?? 1);
    reader.write(bytes.subarray(start, end));
    start = end;
  }
  return reader.end();
}
