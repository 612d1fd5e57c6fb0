import { test } from "vitest";
import { byName, disruptiveScenarios, playableOn } from "./index.ts";
import { playOnCluster } from "./on-cluster.ts";

test.for(byName(playableOn("cluster", disruptiveScenarios)))("%s", ([, scenario], { skip }) =>
  playOnCluster(async (world) => {
    const { driver } = world.parts;
    if (!driver) return skip("nobody can kill or freeze a part of this cluster");
    await scenario.play(world, driver);
  }),
);
