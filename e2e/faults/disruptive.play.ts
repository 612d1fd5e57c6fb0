import { test } from "vitest";
import { byName, disruptiveFaults, disruptiveScenarios, playableOn } from "../scenarios/index.ts";
import { playOnCluster } from "../scenarios/on-cluster.ts";
import { playRow, rowsOf } from "./play-row.ts";

const rows = rowsOf(playableOn("cluster", [...disruptiveScenarios, ...disruptiveFaults]));

test.for(byName(rows))("%s", ([, scenario], context) =>
  playRow(scenario, context, (inside) =>
    playOnCluster(async (world) => {
      const { driver } = world.parts;
      if (!driver) return context.skip("nobody can kill or freeze a part of this cluster");
      await inside(world, () => scenario.play(world, driver));
    }),
  ),
);
