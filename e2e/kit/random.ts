import { SEED } from "../seed.ts";

/** Randomness that can be had again: from the suite's seed, which each scenario reports. */
export class KitRandom {
  readonly seed: number;
  #state: number;

  constructor(seed: number = SEED) {
    this.seed = seed;
    this.#state = seed;
  }

  /** Uniform integer in [0, below). Park and Miller's generator: good enough to choose bytes by. */
  integer(below: number): number {
    this.#state = (this.#state * 48_271 + 1) % 2_147_483_647;
    return Math.floor((this.#state / 2_147_483_647) * below);
  }
}
