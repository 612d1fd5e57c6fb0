import type { KitScenario } from "./scenario.ts";

let last: Promise<unknown> = Promise.resolve();

/** Plays only one of these at a time. Two fast writers take the machine's CPU from the kubelet, which then leaves lines out behind its own slowness. */
export function inTurn(scenario: KitScenario): KitScenario {
  return {
    name: scenario.name,
    play: (world, report) => {
      const played = last.then(() => scenario.play(world, report));
      last = played.catch(() => undefined);
      return played;
    },
  };
}
