import { test } from "vitest";
import { byName, faults, scenarios } from "../scenarios/index.ts";
import { playOnSim } from "../scenarios/on-sim.ts";
import { playRow, rowsOf } from "./play-row.ts";

/** What no real cluster can be brought to. */
const rows = rowsOf([...scenarios, ...faults]).filter(({ only }) => only === "sim");

test.for(byName(rows))("%s", ([, scenario], context) =>
  playRow(scenario, context, (inside) => playOnSim((world) => inside(world, () => scenario.play(world)))),
);
