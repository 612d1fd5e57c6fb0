import { openSimWorld } from "../world/index.ts";
import type { World } from "../world/index.ts";

/** Plays in virtual time; the world is closed inside of it, too, because closing lets what is left run out. */
export async function playOnSim(play: (world: World) => Promise<void>): Promise<void> {
  const { world, clock } = await openSimWorld();
  const played = async (): Promise<void> => {
    await using open = world;
    await play(open);
  };
  await clock.run(played());
}
