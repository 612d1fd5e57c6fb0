import { describe, test } from "vitest";
import { byName, faults, playableOn, scenarios } from "../scenarios/index.ts";
import { playOnCluster } from "../scenarios/on-cluster.ts";
import { playRow, rowsOf } from "./play-row.ts";

const rows = rowsOf(playableOn("cluster", [...scenarios, ...faults]));

describe.concurrent("on the cluster", () => {
  test.for(byName(rows))("%s", ([, scenario], context) =>
    playRow(scenario, context, (inside) => playOnCluster((world) => inside(world, () => scenario.play(world)))),
  );
});
