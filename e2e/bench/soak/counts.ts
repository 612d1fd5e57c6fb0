/** What became of runs that began and ended all the time. */
export interface SoakCounts {
  readonly minutes: number;
  readonly seed: number;
  readonly atOnce: number;
  /** That began; each has its result. */
  readonly runs: number;
  /** Results, by error code; `success` for those without one. */
  readonly codes: Readonly<Record<string, number>>;
  /** What was done to the cluster, by name. */
  readonly faults: Readonly<Record<string, number>>;
  readonly written: number;
  readonly delivered: number;
  readonly lost: number;
  /** Of these, those of results that call their log whole. */
  readonly unsaid: number;
  readonly doubled: number;
  /** Jobs, pods and Secrets that are left. */
  readonly objects: number;
  /** Open in the process afterwards, over what was open before. */
  readonly sockets: number;
  readonly timers: number;
  /** After a collection of garbage, when nothing ran, bytes: at a fifth of the time, and at its end. */
  readonly heapBefore: number;
  readonly heapAfter: number;
}

/** A run that has its result. */
export interface Tally {
  readonly run: string;
  readonly code: string;
  readonly delivered: number;
  readonly doubled: number;
  /** Says the result that its log is whole? */
  readonly saysWhole: boolean;
}

export type LineCounts = Pick<SoakCounts, "written" | "delivered" | "lost" | "unsaid" | "doubled">;

/** `written`: lines that the container of a run has written. */
export function countLines(tallies: readonly Tally[], written: Readonly<Record<string, number>>): LineCounts {
  const each = tallies.map(({ run, delivered, doubled, saysWhole }) => {
    const lost = (written[run] ?? 0) - (delivered - doubled);
    return { written: written[run] ?? 0, delivered, lost, unsaid: saysWhole ? lost : 0, doubled };
  });
  const sum = (key: keyof LineCounts): number => each.reduce((all, counts) => all + counts[key], 0);
  return {
    written: sum("written"),
    delivered: sum("delivered"),
    lost: sum("lost"),
    unsaid: sum("unsaid"),
    doubled: sum("doubled"),
  };
}

/** How often each is there. */
export function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
