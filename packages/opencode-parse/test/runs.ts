import { existsSync, readdirSync, readFileSync } from "node:fs";

/** One captured run of the real OpenCode. */
export interface CapturedRun {
  /** File name without `.jsonl`, e.g. `old-1.2.27/cached`. */
  readonly name: string;
  /** The lines of its stdout; a last line without a line feed counts. */
  readonly lines: readonly string[];
  /** Exit code, `signal …`, or 124 for a run that was ended by a time limit. */
  readonly exit: string;
}

/** About 25 small runs that are kept in the repository. */
export const FIXTURES: URL = new URL("../fixtures/", import.meta.url);

/** All captured runs; they lie beside the repository, and not everywhere. */
export const CORPUS: URL = new URL("../../../../shared/corpora/opencode/", import.meta.url);

export const hasCorpus: boolean = existsSync(CORPUS);

/** Reads the runs below a directory, sorted by name. */
export function readRuns(directory: URL): CapturedRun[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".jsonl"))
    .toSorted()
    .map((file) => {
      const name = file.slice(0, -".jsonl".length);
      const lines = readFileSync(new URL(file, directory), "utf8").split("\n");
      if (lines.at(-1) === "") lines.pop();
      return { name, lines, exit: readFileSync(new URL(`${name}.exit`, directory), "utf8").trim() };
    });
}
