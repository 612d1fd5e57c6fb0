import { test } from "vitest";
import { byName, disruptiveFaults, disruptiveScenarios, faults, playableOn, scenarios } from "./index.ts";
import { playOnSim } from "./on-sim.ts";

test.for(byName(playableOn("sim", [...scenarios, ...faults])))("%s", ([, scenario]) =>
  playOnSim((world) => scenario.play(world)),
);

test.for(byName(playableOn("sim", [...disruptiveScenarios, ...disruptiveFaults])))("%s", ([, scenario]) =>
  playOnSim(async (world) => {
    const { driver } = world.parts;
    if (!driver) throw new Error("the simulator has a driver");
    await scenario.play(world, driver);
  }),
);
