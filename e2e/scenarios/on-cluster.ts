import { openClusterWorld, settings } from "../world/index.ts";
import type { World } from "../world/index.ts";

/** Plays in a namespace of its own on the cluster that the environment names. */
export async function playOnCluster(play: (world: World) => Promise<void>): Promise<void> {
  await using world = await openClusterWorld(settings());
  await play(world);
}
