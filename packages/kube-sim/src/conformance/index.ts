import { afterAll, beforeAll, describe } from "vitest";
import { accessSuite } from "./access.suite.ts";
import { jobsSuite } from "./jobs.suite.ts";
import { leasesSuite } from "./leases.suite.ts";
import { listsSuite } from "./lists.suite.ts";
import { logsSuite } from "./logs.suite.ts";
import { longLinesSuite } from "./long-lines.suite.ts";
import { objectsSuite } from "./objects.suite.ts";
import { podSecuritySuite } from "./pod-security.suite.ts";
import { podsSuite } from "./pods.suite.ts";
import { restartsSuite } from "./restarts.suite.ts";
import { rotationSuite } from "./rotation.suite.ts";
import { sidecarsSuite } from "./sidecars.suite.ts";
import { suspensionSuite } from "./suspension.suite.ts";
import { watchSuite } from "./watch.suite.ts";
import { writesSuite } from "./writes.suite.ts";
import type { ConformanceWorld } from "./world.ts";

export { runProgram } from "./program.ts";
export type { ConformanceWorld } from "./world.ts";

/** The behaviour that the simulator promises. Where a real cluster differs from what is said here, the suite is wrong. */
export function conformanceSuite(
  cluster: string,
  makeWorld: () => Promise<ConformanceWorld>,
  /**
   * `concurrent`: where time cannot be driven, the tests wait beside each other. `real`: what the simulator leaves out on
   * purpose is looked at, too.
   */
  { concurrent = false, real = false }: { concurrent?: boolean; real?: boolean } = {},
): void {
  describe(`conformance of ${cluster}`, { concurrent }, () => {
    let made: ConformanceWorld;
    const world = (): ConformanceWorld => made;
    beforeAll(async () => void (made = await makeWorld()));
    afterAll(() => made.close());
    objectsSuite(world);
    listsSuite(world);
    writesSuite(world);
    accessSuite(world);
    watchSuite(world);
    logsSuite(world);
    longLinesSuite(world);
    rotationSuite(world);
    restartsSuite(world);
    podsSuite(world);
    sidecarsSuite(world);
    jobsSuite(world);
    suspensionSuite(world);
    leasesSuite(world);
    if (real) podSecuritySuite(world);
  });
}
