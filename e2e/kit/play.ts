import type { TestContext } from "vitest";
import { KitWorld } from "./kit-world.ts";
import type { KitScenario } from "./scenarios/index.ts";

/** Plays in a namespace of its own; skipped where nobody can look into the nodes. */
export async function playFault(scenario: KitScenario, { skip, task }: TestContext): Promise<void> {
  await using world = await KitWorld.open();
  if (!world) return skip("nobody can look into the nodes of this cluster");
  const figures: string[] = [];
  task.meta.figures = figures;
  await scenario.play(world, (measured) => {
    figures.push(
      Object.entries(measured)
        .filter(([, figure]) => figure !== "")
        .map(([name, figure]) => `${name} ${figure}`)
        .join(", "),
    );
  });
}
