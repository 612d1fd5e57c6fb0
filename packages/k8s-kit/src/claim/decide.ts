import type { ClaimRecord } from "./holding.ts";
import type { JobFact } from "./job-fact.ts";

/** A holder that has named no Job, or has not resumed it, is left alone this long, milliseconds (design: "One agent, one run"). */
export const PREPARATION_MS = 60_000;
/**
 * A Job that is gone must still be gone, and without a pod, this much later, milliseconds: the Job controller may have been
 * about to make its pod. It acts within a second of what it reads; this is five of them.
 */
export const ABSENCE_MS = 5_000;

/** What one claimant has seen of one state of the Lease. All times are {@link Clock.monotonic} of this process. */
export interface Seen {
  /** When it first saw this very state: the Lease's uid and resourceVersion. */
  readonly since: number;
  /** What is known of the Job that is named; `null` before anybody looked. */
  readonly fact: JobFact | null;
  /** When a look first found the Job gone; `null` when none did. */
  readonly absentSince: number | null;
}

export type Decision =
  /** The claim is free: compare and swap. */
  | { readonly do: "take" }
  /** Delete the Job that was never resumed, so that it never can be. */
  | { readonly do: "withdraw" }
  /** Until something changes, or until that time, if there is one. */
  | { readonly do: "wait"; readonly until: number | null };

/** What a claimant does about a claim. `null`: there is no Lease. */
export function decide(record: ClaimRecord | null, seen: Seen, now: number): Decision {
  const preparedBy = seen.since + PREPARATION_MS;
  if (record === null) return { do: "take" };
  if (record.job === null) return record.holder === null || now >= preparedBy ? { do: "take" } : waitUntil(preparedBy);
  switch (seen.fact) {
    case "over":
      return { do: "take" };
    case "unstarted":
      return record.holder === null || now >= preparedBy ? { do: "withdraw" } : waitUntil(preparedBy);
    case "absent": {
      const believedAt = (seen.absentSince ?? now) + ABSENCE_MS;
      return now >= believedAt ? { do: "take" } : waitUntil(believedAt);
    }
    case "live":
    case null:
      return waitUntil(null);
  }
}

function waitUntil(until: number | null): Decision {
  return { do: "wait", until };
}
