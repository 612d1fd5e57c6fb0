import type { Ended, Held } from "./runs-process.ts";

/** Figures of a number of runs that went on at the same time in one process. */
export interface Point {
  readonly where: "kube-sim" | "cluster";
  readonly runs: number;
  /** Runs that went on at the same moment. */
  readonly together: number;
  /** Of all runs, by their receipts. */
  readonly lines: number;
  readonly lost: number;
  readonly doubled: number;
  /** Without the lists and watches that all share. */
  readonly requestsPerRun: number;
  /** Requests of one run, such as `create jobs`, with how many there were of all runs. */
  readonly requests: Readonly<Record<string, number>>;
  /** Objects that the cluster has written for a run, its own and the run's; null where others write, too. */
  readonly writesPerRun: number | null;
  /** Open at the same moment. */
  readonly watches: number;
  /** Of the JavaScript heap and what it holds outside, bytes. */
  readonly heapPerRun: number;
  /** The whole process while all go on, bytes. */
  readonly resident: number;
  /** Processor time from begin to end, all lines included, milliseconds. */
  readonly cpuPerRun: number;
  /** From when the container wrote its last line to the result, milliseconds. */
  readonly toResultP50: number;
  readonly toResultP99: number;
  /** By how much timers were late, milliseconds. */
  readonly loopDelayP50: number;
  readonly loopDelayP99: number;
  readonly loopDelayMax: number;
  /** Part of the time in which the event loop worked. */
  readonly loopBusy: number;
}

/** The value below which this part of them are. */
function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

interface Measured {
  readonly runs: number;
  readonly held: Held;
  readonly ended: Ended;
  /** By verb and resource. */
  readonly requests: Readonly<Record<string, number>>;
  readonly watches: number;
  readonly writes?: number;
}

/** @throws when a run did not succeed */
export function pointOf(where: Point["where"], { runs, held, ended, requests, watches, writes }: Measured): Point {
  const { together, lines, lost, doubled, failures, toResult, loopDelayP50, loopDelayP99, loopDelayMax, loopBusy } =
    ended;
  if (failures.length > 0) throw new Error(`${failures.length} of ${runs} runs failed: ${failures[0]}`);
  const own = Object.entries(requests).filter(([what]) => !/^(list|watch) /.test(what));
  return {
    where,
    runs,
    together,
    lines,
    lost,
    doubled,
    requestsPerRun: own.reduce((sum, [, count]) => sum + count, 0) / runs,
    requests: Object.fromEntries(own),
    writesPerRun: writes === undefined ? null : writes / runs,
    watches,
    heapPerRun: held.heapBytes / runs,
    resident: held.residentBytes,
    cpuPerRun: ended.cpuMs / runs,
    toResultP50: quantile(toResult, 0.5),
    toResultP99: quantile(toResult, 0.99),
    loopDelayP50,
    loopDelayP99,
    loopDelayMax,
    loopBusy,
  };
}
