import type { ClusterOptions } from "../cluster-choice.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { findRun, NoSuchRunError, type Where } from "../find-run.ts";
import { maskingOf } from "../masking.ts";
import { table } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { accountOf, furtherCommands, rowsOf } from "./account.ts";
import { findingOf } from "./finding.ts";
import { lastEvents } from "./last-events.ts";
import { lookAt } from "./look.ts";

export interface ExplainOptions extends ClusterOptions {
  readonly json: boolean;
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
  if (options.json) {
    out.write(`${JSON.stringify(cleaner.data(accountOf(look, finding, commands)), null, 2)}\n`);
  } else {
    const rows = rowsOf(look, finding, now).map(([name, value]) => [name, cleaner.text(value)] as const);
    out.write(`${table(rows)}\n\nTo look further:\n${commands.map((command) => `  ${command}\n`).join("")}`);
  }
  return finding.verdict === "failed" || finding.verdict === "stuck" ? EXIT.failed : EXIT.done;
}
