import { expect } from "vitest";
import { accountOf, expectCollected, UNKNOWN_IMAGE } from "../world/index.ts";
import type { Scenario } from "./scenario.ts";

const WINDOW_SEC = 20;
/** Scheduling and the first try of a pull come before the window, the Job's events and its deletion after it; and a real machine may be slow. Milliseconds. */
const AROUND_MS = { sim: 25_000, cluster: 180_000 };

/** Nobody can pull the image: the run fails when its window is over, in the words of the container runtime. */
export const unknownImage: Scenario = {
  name: "an image that cannot be pulled",
  fault: { group: "Images, nodes and claims", expected: "`k8s_image_pull_failed`, when its window is over" },
  async play(world) {
    const run = world.heartbeat({ config: { image: UNKNOWN_IMAGE, imagePullTimeoutSec: WINDOW_SEC } });

    const result = await run.heartbeat.result;

    expect(result).toMatchObject({ exitCode: 1, timedOut: false, errorCode: "k8s_image_pull_failed" });
    expect(result.errorMessage).toContain(UNKNOWN_IMAGE);
    // A registry that cannot be reached may come back: only the window ends the wait.
    expect(run.heartbeat.durationMs).toBeGreaterThanOrEqual(WINDOW_SEC * 1000);
    expect(run.heartbeat.durationMs).toBeLessThan(WINDOW_SEC * 1000 + AROUND_MS[world.parts.kind]);
    expect(run.heartbeat.events).toEqual([]);
    expect(run.heartbeat.torn).toEqual([]);
    expect(accountOf(result).diagnosis).toMatchObject({ category: "image_pull", startedUserCode: false });
    await expectCollected(world, run);
  },
};
