import { randomUUID } from "node:crypto";
import { World } from "../world/world.ts";

/** The world, with an agent for each heartbeat: those of one agent wait for each other. */
export function withManyAgents(world: World, execute: World["parts"]["execute"] = world.parts.execute): World {
  return new World({
    ...world.parts,
    execute: (ctx) => {
      const taskKey = randomUUID();
      const { agent, runtime, context } = ctx;
      return execute({
        ...ctx,
        agent: { ...agent, id: randomUUID() },
        runtime: { ...runtime, taskKey },
        context: { ...context, taskId: taskKey, issueId: taskKey, taskKey },
      });
    },
    close: () => Promise.resolve(), // It is the other world's to remove.
  });
}
