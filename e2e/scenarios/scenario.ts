import type { Driver, World } from "../world/index.ts";

/** Something that can happen to a heartbeat, and what must come of it; told once for every world. */
export interface Scenario {
  readonly name: string;
  /** Makes it a row of docs/faults.md, called as the scenario is. */
  readonly fault?: Fault;
  /** The only kind of world that can show it. */
  readonly only?: World["parts"]["kind"];
  /** What this world lacks for it; null where it can be played. */
  lacks?(world: World): string | null;
  /** @throws what is not as it must be */
  play(world: World): Promise<void>;
}

/** A scenario that kills or freezes a part of the cluster. */
export interface DisruptiveScenario extends Omit<Scenario, "play"> {
  play(world: World, driver: Driver): Promise<void>;
}

/**
 * What docs/faults.md says of a scenario before it is played. The figures are read off the world's runs when it is over: a
 * scenario does nothing for them but begin its runs with `world.heartbeat()`.
 */
export interface Fault {
  readonly group: FaultGroup;
  /** What must come of it, as a sentence without a full stop; the scenario checks it. */
  readonly expected: string;
}

/** The tables of docs/faults.md, in their order. */
export const FAULT_GROUPS = [
  "The API server",
  "The way to the API server",
  "The node and its parts",
  "The log",
  "Jobs, pods and namespaces",
  "Images, nodes and claims",
  "The Paperclip server",
  "Cancel",
  "Input",
  "Rights",
] as const;
export type FaultGroup = (typeof FAULT_GROUPS)[number];
