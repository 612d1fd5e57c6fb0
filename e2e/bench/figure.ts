/** One line of the bench's report. A figure is a ratio, because the machines it is measured on are shared. */
export type Figure =
  | { readonly name: string; readonly skipped: string }
  | {
      readonly name: string;
      /** What it is measured against, in the same run. */
      readonly baseline: string;
      /** Ours to the baseline's; for a throughput higher is better, for a time lower. */
      readonly ratio: number;
      readonly wanted: string;
      readonly ok: boolean;
      readonly note?: string;
    };

interface Pair {
  readonly runs: number;
  readonly ours: () => Promise<unknown>;
  readonly baseline: () => Promise<unknown>;
}

/** Pairs until the compilers of V8 have done their work. */
const WARM_UP = 2;

/** Median of the ratios of throughput, ours to the baseline's, of runs that alternate; the first two pairs only warm up. */
export async function medianRatio({ runs, ours, baseline }: Pair): Promise<number> {
  const ratios: number[] = [];
  for (let run = 0; run < runs + WARM_UP; run += 1) {
    const theirs = await seconds(baseline);
    const mine = await seconds(ours);
    if (run >= WARM_UP) ratios.push(theirs / mine);
  }
  return median(ratios);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Of the processor, for this process: neighbours on the machine do not count. */
async function seconds(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
