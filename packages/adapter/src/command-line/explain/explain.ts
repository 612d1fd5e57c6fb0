import { writeFileSync } from "node:fs";
import type { ClusterOptions } from "../options/cluster-choice.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { findRun, NoSuchRunError, type Where } from "../runs/find-run.ts";
import { maskingOf } from "../runs/masking.ts";
import { UsageError } from "../problem.ts";
import { runIdOf } from "../runs/run-jobs.ts";
import { pageOf, phasesOf, type RunPage } from "../run-page/index.ts";
import { table } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";
import { accountOf, furtherCommands, rowsOf } from "./account.ts";
import { findingOf } from "./finding.ts";
import { lastEvents } from "./last-events.ts";
import { lookAt } from "./look.ts";

export interface ExplainOptions extends ClusterOptions {
  readonly json: boolean;
  /** Path of a file that becomes a page about the run. */
  readonly html?: string;
}

/**
 * How a run stands, or ended, by its Job, its pod, their events and its log as they are now. Changes nothing.
 * @throws UsageError, MissingRightError; KubernetesError; the signal's reason
 */
export async function explain(
  run: string,
  options: ExplainOptions,
  { out, err, signal }: Terminal,
  where: Where,
): Promise<ExitCode> {
  const { cluster } = where;
  const job = await findRun(where, run, signal).catch(async (error: unknown) => {
    const events = error instanceof NoSuchRunError ? await lastEvents(where, run, signal) : [];
    if (events.length > 0) err.write(`What the cluster still says of ${run}:\n${events.join("\n")}\n`);
    throw error;
  });
  const { cleaner, problem } = await maskingOf(cluster, job, signal);
  if (problem !== null) err.write(`${problem}\n`);
  const look = await lookAt(cluster, job, cleaner, signal);
  const now = cluster.clock.now();
  const finding = findingOf(look, now);
  const commands = furtherCommands(look, options);
  const rows = rowsOf(look, finding, now).map(([name, value]) => [name, cleaner.text(value)] as const);
  if (options.html !== undefined) {
    const { verdict } = finding;
    const phases = phasesOf(look.job, look.pod, now);
    const title = `Run ${runIdOf(look.job)}`;
    writePage(options.html, { title, verdict, rows, phases, recording: look.recording, commands, now });
  }
  if (options.json) {
    // The commands are not of the run: a path in them is the person's own.
    const account = { ...cleaner.data(accountOf(look, finding)), commands };
    out.write(`${JSON.stringify(account, null, 2)}\n`);
  } else {
    out.write(`${table(rows)}\n\nTo look further:\n${commands.map((command) => `  ${command}\n`).join("")}`);
  }
  return finding.verdict === "failed" || finding.verdict === "stuck" ? EXIT.failed : EXIT.done;
}

/** @throws UsageError with the path, where it cannot be written to */
function writePage(path: string, page: RunPage): void {
  try {
    writeFileSync(path, pageOf(page));
  } catch (error) {
    throw new UsageError(`--html ${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}
