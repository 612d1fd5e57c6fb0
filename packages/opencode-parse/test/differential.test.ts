import { readFileSync } from "node:fs";
import { parseOpenCodeJsonl } from "@paperclipai/adapter-opencode-local/server";
import { describe, expect, test } from "vitest";
import { parseRun } from "../src/index.ts";
import { capturedVersion, OUTPUT_USD_PER_MILLION } from "./captured-end.ts";
import type { Compared } from "./differential-rules.ts";
import { differences, RULES } from "./differential-rules.ts";
import { CORPUS, FIXTURES, hasCorpus, readRuns } from "./runs.ts";

describe.each([
  { place: "the runs kept in the repository", directory: FIXTURES, there: true },
  { place: "all captured runs (only where they lie beside the repository)", directory: CORPUS, there: hasCorpus },
])("$place, read by the parser of opencode_local, too", ({ directory, there }) => {
  const compared = there ? compareAll(directory) : [];

  test.runIf(there)("differ only where exactly one rule says why", () => {
    const unexplained = compared.flatMap(({ name, run }) =>
      differences(run)
        .map((told) => ({ name, told, why: RULES.filter((rule) => rule.about === told && rule.explains(run)) }))
        .filter(({ why }) => why.length !== 1),
    );
    expect(unexplained).toEqual([]);
  });

  test.runIf(there).each(RULES)("$why", ({ about, explains }) => {
    const explained = compared.filter(({ run }) => differences(run).includes(about) && explains(run));
    expect(explained.map(({ name }) => name)).not.toEqual([]);
  });
});

function compareAll(directory: URL): { name: string; run: Compared }[] {
  return readRuns(directory).map(({ name, lines }) => {
    const text = readFileSync(new URL(`${name}.jsonl`, directory), "utf8");
    const ours = parseRun(text, { outputUsdPerMillion: OUTPUT_USD_PER_MILLION });
    return { name, run: { version: capturedVersion(name), lines, ours, theirs: parseOpenCodeJsonl(text) } };
  });
}
