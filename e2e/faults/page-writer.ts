import { stripVTControlCharacters } from "node:util";
import type { Reporter, TestCase, TestModule } from "vitest/node";
import { keep } from "./record.ts";
import type { Row } from "./row.ts";
import "./play-row.ts";

/** Keeps what a run has played, and writes docs/faults.md, when it is over. */
export class PageWriter implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const rows = modules.flatMap((module) => [...module.children.allTests()].flatMap((test) => rowOf(test) ?? []));
    await keep(rows);
    console.log(`docs/faults.md: ${rows.length} rows written`);
  }
}

/** Undefined for a test that `-t` has left out. */
function rowOf(test: TestCase): Row | undefined {
  const { row } = test.meta();
  const result = test.result();
  if (!row || result.state === "pending") return undefined;
  const why = result.state === "skipped" ? result.note : result.errors?.[0]?.message;
  const said = why === undefined ? {} : { why: stripVTControlCharacters(why).split("\n", 1)[0] ?? "" };
  return { ...row, verdict: result.state, ...said };
}
