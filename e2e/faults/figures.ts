import type { Receipt } from "@opencode-k8s/job-manifest";
import type { ExecutionResult } from "../world/heartbeat.ts";
import type { Account } from "../world/checks.ts";
import type { World } from "../world/index.ts";
import type { Run } from "../world/world.ts";
import { compareLines, type LineCounts } from "./compare-lines.ts";
import { paperclipDoes } from "./paperclip-does.ts";

/** What came of the runs of a scenario. Lists have an entry for each run, in the order in which they were begun. */
export interface Figures extends LineCounts {
  /** Of the lines that are lost, those of which no result says so. */
  readonly unsaid: number;
  /** The program's last word: `exit 0`, the signal that ended OpenCode, or `none`. */
  readonly receipts: readonly string[];
  /** What the result says of the log: `whole`, `incomplete`, or `none` where there was no Job. */
  readonly logs: readonly string[];
  /** `none` of a success. */
  readonly codes: readonly string[];
  readonly paperclip: readonly string[];
  /** From the first run's beginning to the last one's end. */
  readonly seconds: number;
  /** Versions of OpenCode, by the receipts. */
  readonly opencode: readonly string[];
}

type JobCounts = LineCounts & Pick<Figures, "unsaid">;

/** A run that has ended, and what it says of itself. */
interface Ended extends Run {
  readonly result: ExecutionResult;
  readonly account: Partial<Account>;
}

/**
 * Read off the runs of a world whose scenario is over. Runs of one Job are told from its first line on each, so the last of them
 * is the one that counts.
 */
export async function figuresOf({ runs }: World): Promise<Figures> {
  const over = await Promise.all(
    runs.filter(({ heartbeat }) => heartbeat.ended).map(async (run) => endedRun(run, await resultOf(run))),
  );
  const byJob = Map.groupBy(over, ({ account, heartbeat }) => account.job?.uid ?? heartbeat.runId);
  const counts = await Promise.all([...byJob.values()].map(countLines));
  const total = (key: Exclude<keyof JobCounts, "firstDoubled">): number =>
    counts.reduce((sum, each) => sum + each[key], 0);
  const { firstDoubled } = counts.find(({ doubled }) => doubled > 0) ?? {};
  return {
    written: total("written"),
    delivered: total("delivered"),
    lost: total("lost"),
    unsaid: total("unsaid"),
    doubled: total("doubled"),
    halves: total("halves"),
    ...(firstDoubled !== undefined && { firstDoubled }),
    receipts: over.map(({ account }) => wordOf(account.receipt)),
    logs: over.map(({ account }) => (account.log ? (account.log.complete ? "whole" : "incomplete") : "none")),
    codes: over.map(({ result }) => result.errorCode ?? "none"),
    paperclip: over.map(({ result }) => paperclipDoes(result)),
    seconds: secondsOf(over),
    opencode: [...new Set(over.flatMap(({ account }) => account.receipt?.opencodeVersion ?? []))],
  };
}

/** What no scenario may come to, whatever it expects; undefined where all is well. */
export function faultIn({ unsaid, doubled, firstDoubled }: Figures): string | undefined {
  if (doubled > 0) return `${doubled} lines came too often: ${firstDoubled}`;
  if (unsaid > 0) return `${unsaid} lines are lost, and no result says so`;
  return undefined;
}

function endedRun(run: Run, result: ExecutionResult): Ended {
  const account: Partial<Account> = result.resultJson ?? {};
  return { ...run, result, account };
}

/** A call that throws is a result that no Paperclip may see. */
function resultOf({ heartbeat }: Run): Promise<ExecutionResult> {
  return heartbeat.result.catch((error: unknown) => ({
    exitCode: null,
    signal: null,
    timedOut: false,
    errorCode: `thrown: ${String(error)}`,
  }));
}

/** Of the runs of one Job. */
async function countLines(runs: readonly Ended[]): Promise<JobCounts> {
  const written = await writtenBy(runs);
  const counts = runs.map(({ heartbeat, account }) =>
    written
      ? compareLines(written, heartbeat.events)
      : compareNumbers(account.receipt?.lines ?? heartbeat.events.length, heartbeat.events.length),
  );
  const [last = compareNumbers(0, 0)] = counts.toReversed();
  const isSaid = runs.at(-1)?.account.log?.complete === false;
  const doubled = counts.reduce((sum, each) => sum + each.doubled, 0);
  return { ...last, doubled, unsaid: isSaid ? 0 : last.lost };
}

/** What the node has, from whom it was seen first; undefined where nobody could look, or no pod ran. */
async function writtenBy(runs: readonly Ended[]): Promise<readonly string[] | undefined> {
  const witness = runs.find((run) => run.witness.sawPod)?.witness;
  return (await witness?.linesWritten().catch(() => null)) ?? undefined;
}

/** Where only the receipt knows. */
function compareNumbers(written: number, delivered: number): LineCounts {
  const [lost, doubled] = [Math.max(0, written - delivered), Math.max(0, delivered - written)];
  return { written, delivered, lost, doubled, halves: 0 };
}

function wordOf(receipt: Receipt | undefined): string {
  if (!receipt) return "none";
  const end = receipt.signal ?? `exit ${receipt.exitCode}`;
  return receipt.stopReason === null ? end : `${end}, ${receipt.stopReason}`;
}

/** From the first beginning to the last end, to a tenth. */
function secondsOf(runs: readonly Run[]): number {
  const spans = runs.map(({ heartbeat }) => heartbeat.span);
  const ms = Math.max(...spans.map(([, to]) => to)) - Math.min(...spans.map(([from]) => from));
  return runs.length === 0 ? 0 : Math.round(ms / 100) / 10;
}
