import { test } from "vitest";
import { openSimWorld } from "../world/index.ts";
import type { World } from "../world/index.ts";
import { byName, disruptiveFaults, disruptiveScenarios, faults, playableOn, scenarios } from "./index.ts";

/** Plays in virtual time; the world is closed inside of it, too, because closing lets what is left run out. */
async function play(scenario: (world: World) => Promise<void>): Promise<void> {
  const { world, clock } = await openSimWorld();
  const played = async (): Promise<void> => {
    await using open = world;
    await scenario(open);
  };
  await clock.run(played());
}

test.for(byName(playableOn("sim", [...scenarios, ...faults])))("%s", ([, scenario]) =>
  play((world) => scenario.play(world)),
);

test.for(byName(playableOn("sim", [...disruptiveScenarios, ...disruptiveFaults])))("%s", ([, scenario]) =>
  play(async (world) => {
    const { driver } = world.parts;
    if (!driver) throw new Error("the simulator has a driver");
    await scenario.play(world, driver);
  }),
);
