import { expect } from "vitest";
import type { World } from "../world/index.ts";
import { shellOpenCode } from "../world/shell-opencode.ts";
import type { HeartbeatOptions, Run } from "../world/world.ts";
import { type Burst, endlessOpenCode, STATE, STATE_VOLUME } from "./script.ts";

/** A run whose OpenCode is a script that writes until it is told to stop. */
export interface ScriptedRun extends Run {
  stop(): Promise<void>;
}

export async function scriptedRun(world: World, burst: Burst, options: HeartbeatOptions = {}): Promise<ScriptedRun> {
  const { extraVolumes, ...config } = await shellOpenCode(world, endlessOpenCode(burst));
  const volumes = [...(extraVolumes as object[]), STATE];
  const run = world.heartbeat({ ...options, config: { ...config, extraVolumes: volumes, ...options.config } });
  const stop = async (): Promise<void> => {
    const { uid } = (await run.witness.job())?.metadata ?? {};
    const { pods } = await world.objects();
    const pod = pods.find(({ metadata }) => metadata?.ownerReferences?.some((owner) => owner.uid === uid));
    expect(pod, "the run's pod").toBeDefined();
    if (pod) await world.parts.driver?.flag(pod, STATE_VOLUME, "stop", true);
  };
  return { ...run, stop };
}
