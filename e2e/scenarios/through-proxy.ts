import { expect } from "vitest";
import { expectCollected, expectWhole } from "../world/index.ts";
import type { World } from "../world/index.ts";
import type { ProxiedAccess } from "../world/proxied-access.ts";
import type { Run } from "../world/world.ts";
import type { Scenario } from "./scenario.ts";

/** A run of 40 s whose way to the API server leads through a proxy. */
export interface Proxied extends Pick<ProxiedAccess, "proxy"> {
  readonly world: World;
  /** Begins it. */
  begin(): Run;
}

/** Something that goes wrong on the way, during a run that must not notice. @returns what else must have come of it, once the run is over */
export type Trouble = (on: Proxied) => Promise<() => void>;

/** The way to the API server, in a world that has one. @param user see `proxiedAccess` */
export async function wayThroughProxy({ parts }: World, user?: object): Promise<ProxiedAccess> {
  if (!parts.throughProxy) throw new Error("there is no network between the adapter and this cluster");
  return parts.throughProxy(user);
}

export function throughProxy(name: string, trouble: Trouble): Scenario {
  return {
    name,
    fault: { group: "The way to the API server", expected: "the run succeeds, its log is whole" },
    only: "cluster",
    async play(world) {
      const { proxy, kubeconfig } = await wayThroughProxy(world);
      const begin = (): Run => world.heartbeat({ model: "pace-40s-1500ms", config: { kubeconfig } });

      const check = await trouble({ proxy, world, begin });

      for (const run of world.runs) {
        const result = await run.heartbeat.result;
        expect(result.errorMessage ?? null).toBeNull();
        expect(result).toMatchObject({ exitCode: 0, summary: "All 26 steps are done." });
        await expectWhole(run);
        await expectCollected(world, run);
      }
      expect(world.runs).toHaveLength(1);
      check();
    },
  };
}
