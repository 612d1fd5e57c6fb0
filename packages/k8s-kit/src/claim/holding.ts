import type { JobRef } from "../jobs/index.ts";

/** Who holds a claim, and what it runs. */
export interface Holding {
  /** `null`: released, though its Job may still run. */
  readonly holder: string | null;
  /** `null`: none is named yet. */
  readonly job: JobRef | null;
  /** The fencing number, `leaseTransitions` of the Lease: grows by one with each holder. */
  readonly fencing: number;
}

/** What a Lease says of a claim. */
export interface ClaimRecord extends Holding {
  readonly id: string;
}
