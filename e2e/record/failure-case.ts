import type { Driver } from "../world/index.ts";
import type { Recording } from "./recording.ts";

/** One way in which a Job goes, well or not, played on a real cluster. */
export interface FailureCase {
  /** Of the fixture's file. */
  readonly name: string;
  /** What a cluster must have, where not every one does: `registry`, nodes that pull from this machine's loopback. */
  readonly needs?: "registry";
  play(on: Recording): Promise<void>;
}

/** A case that disturbs everybody else on the cluster. Played only when it is named. */
export interface DisruptiveCase {
  readonly name: string;
  readonly needs: "driver";
  play(on: Recording, driver: Driver): Promise<void>;
}
