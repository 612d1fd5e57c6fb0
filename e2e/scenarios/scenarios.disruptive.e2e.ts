import { test } from "vitest";
import { disruptiveScenarios } from "./index.ts";
import { playOnCluster } from "./on-cluster.ts";

test.for(disruptiveScenarios)("$name", ({ play }, { skip }) =>
  playOnCluster(async (world) => {
    const { driver } = world.parts;
    skip(!driver, "nobody can kill or freeze a part of this cluster");
    if (driver) await play(world, driver);
  }),
);
