import { expect } from "vitest";
import { withoutRepeats } from "./client.ts";
import type { ConformanceWorld } from "./world.ts";

/** What was seen is this course, in its order and to its end; of a world that tells the latest only, some of it. */
export function expectCourse<T>({ tellsAll }: ConformanceWorld, seen: T[], course: T[]): void {
  const steps = withoutRepeats(seen);
  const told = new Set(steps.map((step) => JSON.stringify(step)));
  expect(steps).toEqual(tellsAll ? course : course.filter((step) => told.has(JSON.stringify(step))));
  expect(steps.at(-1)).toEqual(course.at(-1));
}
