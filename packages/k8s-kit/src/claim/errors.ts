import type { Holding } from "./holding.ts";

/** The wait for a claim was over before the claim was free. May be tried again. */
export class ClaimHeldError extends Error {
  override readonly name = "ClaimHeldError";
  /** Who had it when the wait was over. */
  readonly holding: Holding;

  constructor(claim: string, holding: Holding, waitedMs: number) {
    super(`Claim ${claim} is still held by ${describe(holding)} after ${Math.round(waitedMs / 1000)} s`);
    this.holding = holding;
  }
}

/** The claim is somebody else's by now, or its Lease was deleted or cleared by hand. Do not start anything; acquire it anew. */
export class ClaimLostError extends Error {
  override readonly name = "ClaimLostError";

  constructor(claim: string, why: string) {
    super(`Claim ${claim} is lost: ${why}`);
  }
}

/** A Lease of that name exists, and is no claim, or what its annotations say of the claim was spoilt. A retry does not help. */
export class ForeignLeaseError extends Error {
  override readonly name = "ForeignLeaseError";

  constructor(claim: string, why: string) {
    super(`Lease ${claim} is no claim of this library: ${why}. Choose another name, or delete the Lease`);
  }
}

/** Who holds a claim, in words. */
export function describe({ holder, job }: Holding): string {
  const who = holder === null ? "nobody any more" : JSON.stringify(holder);
  return job ? `${who}, with Job ${job.name}` : who;
}
