import type { Driver, World } from "../world/index.ts";

/** Something that can happen to a heartbeat, and what must come of it; told once for every world. */
export interface Scenario {
  readonly name: string;
  /** @throws what is not as it must be */
  play(world: World): Promise<void>;
}

/** A scenario that kills or freezes a part of the cluster. */
export interface DisruptiveScenario {
  readonly name: string;
  play(world: World, driver: Driver): Promise<void>;
}
