import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Where } from "../runs/find-run.ts";
import { UsageError } from "../problem.ts";
import { columns } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";
import { type Deleted, deleteLeftover } from "./delete-leftover.ts";
import { type Leftover, leftovers } from "./leftovers.ts";
import { survey } from "./survey.ts";

export interface GcOptions {
  /** What is younger is kept: a number, and `s`, `m`, `h` or `d`. */
  readonly olderThan: string;
  /** Also Jobs that `retainJobs` keeps. */
  readonly retained: boolean;
  /** Delete; else show. */
  readonly yes: boolean;
  readonly json: boolean;
}

type Told = Leftover & Partial<Deleted>;

/**
 * Shows what is left of runs in a namespace, and, asked to, deletes what nobody uses.
 * @throws UsageError, MissingRightError; KubernetesError; the signal's reason
 */
export async function gc(options: GcOptions, { out, err, signal }: Terminal, where: Where): Promise<ExitCode> {
  const { yes, json, retained } = options;
  const olderThanMs = durationOf(options.olderThan);
  const seen = await survey(where, signal);
  const found = leftovers(seen, { olderThanMs, retained, now: where.cluster.clock.now() });
  const told: Told[] = [];
  for (const each of found)
    told.push(yes && each.action === "delete" ? { ...each, ...(await deleteLeftover(where, each, signal)) } : each);
  if (json) {
    const items = told.map(withoutVersion);
    out.write(`${JSON.stringify({ dryRun: !yes, items, unseen: seen.unseen }, null, 2)}\n`);
  } else {
    out.write(`${columns(told.map(rowOf))}${summary(told, yes, where.namespace)}\n`);
  }
  for (const message of seen.unseen) err.write(`Not looked at: ${message}\n`);
  const failed = told.some(({ outcome }) => outcome === "failed");
  return failed || seen.unseen.length > 0 ? EXIT.cluster : EXIT.done;
}

function withoutVersion(told: Told): object {
  const { uid: _, resourceVersion: __, ...item } = told;
  return item;
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function durationOf(text: string): number {
  const [, count = "", unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms = UNITS[unit];
  if (ms === undefined)
    throw new UsageError(
      `--older-than: ${JSON.stringify(text)} is no time; give a number and s, m, h or d, such as 24h`,
    );
  return Number(count) * ms;
}

function rowOf(told: Told): string[] {
  const { kind, name, action, reason, outcome } = told;
  const why = told.outcome === "failed" && told.why !== undefined ? `${reason}: ${told.why}` : reason;
  const isChanged = outcome === "changed";
  return [
    outcome ?? action,
    `${kind.toLowerCase()}/${name}`,
    isChanged ? `${reason}; changed meanwhile, and kept` : why,
  ];
}

function summary(told: readonly Told[], yes: boolean, namespace: string): string {
  const count = (isMeant: (each: Told) => boolean): number => told.filter(isMeant).length;
  const kept = count(({ action }) => action === "keep");
  if (told.length === 0) return `Nothing is left of any run in namespace ${namespace}.`;
  if (yes) return `${count(({ outcome }) => outcome === "deleted")} deleted, ${kept} kept.`;
  const toDelete = count(({ action }) => action === "delete");
  return `${toDelete} to delete, ${kept} kept.${toDelete > 0 ? " Nothing was changed: --yes deletes." : ""}`;
}
