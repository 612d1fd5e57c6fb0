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

/** Every line once, in order. */
export function expectEach(measured: Measured): void {
  const { written, delivered, gaps: _, falseGaps: __, ...faults } = measured;
  expect(written).toBeGreaterThan(0);
  expect(faults).toEqual({ lost: 0, doubled: 0, lostInGaps: 0, rests: 0, joined: 0, first: "" });
  expect(delivered).toBe(written);
}

/** Every line once, in order, and no gap was claimed. */
export function expectExact(measured: Measured): void {
  expectEach(measured);
  expect(measured.gaps).toBe(0);
}
