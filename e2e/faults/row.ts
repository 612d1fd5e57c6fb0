import type { Fault } from "../scenarios/scenario.ts";
import type { Figures } from "./figures.ts";

/** A row of docs/faults.md, as it is kept from one run of `pnpm e2e:faults` to the next. */
export interface Row extends Fault {
  readonly name: string;
  readonly verdict: "passed" | "failed" | "skipped";
  /** Of a row that did not pass. */
  readonly why?: string;
  readonly played: Played;
}

export interface Played {
  /** Day of it, such as 2026-01-31; null when it never was. */
  readonly date: string | null;
  /** Version of the cluster's API server, or `kube-sim`; null when it was never asked. */
  readonly kubernetes: string | null;
  /** Null when nothing could be read off. */
  readonly figures: Figures | null;
}
