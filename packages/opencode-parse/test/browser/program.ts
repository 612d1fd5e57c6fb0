import type { RunReport, TranscriptEntry } from "../../src/index.ts";
import { createRunReader, parseLine, transcript } from "../../src/index.ts";

/** One run for {@link run}; a browser gets its bytes as text. */
export interface Given {
  readonly name: string;
  readonly base64: string;
}

/** What the package says of a run. */
export interface Said {
  readonly name: string;
  readonly report: RunReport;
  readonly entries: readonly TranscriptEntry[];
}

/** Sizes of the chunks, again and again: inside lines, inside characters, over lines. */
const CHUNK_SIZES = [1, 2, 61, 4096];

/** What runs unchanged in Node, in a page and in a worker: from bytes in odd chunks to the report and the transcript. */
export function run(runs: readonly Given[]): Said[] {
  return runs.map(({ name, base64 }) => {
    const reader = createRunReader();
    const entries: TranscriptEntry[] = [];
    for (const line of linesOf(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)))) {
      reader.push(line);
      entries.push(...transcript(parseLine(line), "2026-11-22T00:00:00.000Z"));
    }
    return { name, report: reader.report(), entries };
  });
}

function linesOf(bytes: Uint8Array): string[] {
  const decoder = new TextDecoder();
  let text = "";
  for (let start = 0, chunk = 0; start < bytes.length; chunk++) {
    const end = start + (CHUNK_SIZES[chunk % CHUNK_SIZES.length] ?? 1);
    text += decoder.decode(bytes.subarray(start, end), { stream: true });
    start = end;
  }
  const lines = (text + decoder.decode()).split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
