import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { RunReport } from "../src/index.ts";
import { judgeRun, parseRun } from "../src/index.ts";
import { capturedEnd, OUTPUT_USD_PER_MILLION, wasResumed } from "./captured-end.ts";
import { CORPUS, FIXTURES, hasCorpus } from "./runs.ts";
import { readTable } from "./table.ts";

/** What each run came to, judged by people from what it left behind, and why. Never taken from what the code says. */
const verdicts = readTable("verdict-table.txt", ["run", "code", "why"]);

/** What each run printed, summed up by other means than this package; old versions corrected by hand. */
const facts = readTable("run-facts.txt", [
  "run",
  "session",
  "steps",
  "finish",
  "in/out/reasoning/read/write",
  "usd",
  "answer",
]);
type Facts = (typeof facts)[number];

describe.each([
  { place: "the runs kept in the repository", directory: FIXTURES, there: true },
  { place: "all captured runs (only where they lie beside the repository)", directory: CORPUS, there: hasCorpus },
])("$place", ({ directory, there }) => {
  const runs = there ? namesIn(directory) : [];

  test.runIf(there)("are judged as in the table", () => {
    expect(runs.map((run) => ({ run, code: judge(directory, run) }))).toEqual(
      runs.map((run) => ({ run, code: verdicts.find((row) => row.run === run)?.code })),
    );
  });

  test.runIf(there)("report what they printed", () => {
    expect(runs.map((run) => asFacts(run, report(directory, run)))).toEqual(
      runs.map((run) => facts.find((row) => row.run === run)),
    );
  });
});

test.runIf(hasCorpus)("a run is judged alike when it is known whether it was resumed", () => {
  for (const { run, code } of verdicts.filter((row) => existsSync(new URL(`${row.run}.meta.json`, CORPUS)))) {
    const end = { ...capturedEnd(CORPUS, run), resumed: wasResumed(CORPUS, run) };
    expect(judgeRun(report(CORPUS, run), end).code, run).toBe(code);
  }
});

test.each([
  { run: "concurrent.2", retry: true, why: "the race of a first start is over" },
  { run: "db-corrupt", retry: false, why: "nobody mends the file" },
])("a database that failed may be tried again: $retry, because $why", ({ run, retry }) => {
  expect(judgeRun(report(FIXTURES, run), capturedEnd(FIXTURES, run))).toMatchObject({ code: "database", retry });
});

describe("the tables", () => {
  const names = new Set([...namesIn(FIXTURES), ...(hasCorpus ? namesIn(CORPUS) : [])]);

  test.each([
    { table: "verdicts", rows: verdicts },
    { table: "facts", rows: facts },
  ])("of $table are sorted, and have one row for each run", ({ rows }) => {
    const named = rows.map(({ run }) => run);
    expect(named).toEqual([...new Set(named)].toSorted());
    expect([...names].filter((name) => !named.includes(name))).toEqual([]);
    if (hasCorpus) expect(named.filter((name) => !names.has(name))).toEqual([]);
  });

  test("give a reason for every verdict", () => {
    expect(verdicts.filter(({ why }) => why.length < 10)).toEqual([]);
  });
});

function namesIn(directory: URL): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".jsonl"))
    .map((file) => file.slice(0, -".jsonl".length))
    .toSorted();
}

function report(directory: URL, run: string): RunReport {
  return parseRun(readFileSync(new URL(`${run}.jsonl`, directory)), { outputUsdPerMillion: OUTPUT_USD_PER_MILLION });
}

function judge(directory: URL, run: string): string {
  return judgeRun(report(directory, run), capturedEnd(directory, run)).code;
}

/** A report as a row of the table of facts. */
function asFacts(run: string, { sessionId, steps, finishReason, usage, costUsd, answer }: RunReport): Facts {
  return {
    run,
    session: sessionId ?? "-",
    steps: String(steps),
    finish: finishReason ?? "-",
    "in/out/reasoning/read/write": [usage.input, usage.output, usage.reasoning, usage.cacheRead, usage.cacheWrite].join(
      "/",
    ),
    usd: costUsd === null ? "-" : String(costUsd),
    answer: answer === null ? "-" : quote(answer),
  };
}

/** A long answer by its beginning and its length. */
function quote(answer: string): string {
  return answer.length <= 80 ? JSON.stringify(answer) : `${JSON.stringify(answer.slice(0, 60))}… ${answer.length}`;
}
