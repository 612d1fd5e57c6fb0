import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Evidence } from "../src/diagnosis/index.ts";

const FOLDER = join(import.meta.dirname, "../fixtures/failures");

interface Recorded {
  readonly container: string;
  readonly stages: Readonly<Record<string, Omit<Evidence, "container">>>;
}

/** Every moment that `e2e/record` recorded on a real cluster, by `case/stage`. */
export function recordedFailures(): ReadonlyMap<string, Evidence> {
  return new Map(
    readdirSync(FOLDER).flatMap((file) => {
      const { container, stages } = JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as Recorded;
      return Object.entries(stages).map(
        ([stage, evidence]) => [`${file.replace(".json", "")}/${stage}`, { container, ...evidence }] as const,
      );
    }),
  );
}
