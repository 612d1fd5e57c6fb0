import { expect, test } from "vitest";
import { openSimWorld } from "../world/index.ts";
import type { World } from "../world/index.ts";
import { disruptiveScenarios, scenarios } from "./index.ts";

/** Plays in virtual time; the world is closed inside of it, too, because closing lets what is left run out. */
async function play(scenario: (world: World) => Promise<void>): Promise<void> {
  const { world, clock } = await openSimWorld();
  const played = async (): Promise<void> => {
    await using open = world;
    await scenario(open);
  };
  await clock.run(played());
}

test.for(scenarios)("$name", (scenario) => play((world) => scenario.play(world)));

test.for(disruptiveScenarios)("$name", (scenario) =>
  play((world) => {
    const { driver } = world.parts;
    expect(driver).toBeDefined();
    return driver ? scenario.play(world, driver) : Promise.resolve();
  }),
);
