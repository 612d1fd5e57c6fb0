import { expect } from "vitest";
import type { Measured } from "../comparison.ts";
import type { KitWorld } from "../kit-world.ts";

/** A fault, and what must have become of each line after it. */
export interface KitScenario {
  readonly name: string;
  /** @throws what is not as it must be; `report` shows figures beside the verdict */
  play(world: KitWorld, report: Report): Promise<void>;
}

/** Figures of a scenario, as the last lines of the suite show them. */
export type Report = (figures: Readonly<Record<string, number | string>>) => void;

/** Every line once, in order, and no gap was claimed. */
export function expectExact(measured: Measured): void {
  const { written, delivered, ...faults } = measured;
  expect(written).toBeGreaterThan(0);
  expect(delivered).toBe(written);
  expect(faults).toEqual({ lost: 0, doubled: 0, gaps: 0, lostInGaps: 0, falseGaps: 0, rests: 0, first: "" });
}
