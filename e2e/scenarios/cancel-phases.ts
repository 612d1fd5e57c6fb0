import { expect } from "vitest";
import { accountOf, expectBeginning, expectCollected, settings } from "../world/index.ts";
import type { World } from "../world/index.ts";
import { startSilentRegistry } from "../world/silent-registry.ts";
import type { Run } from "../world/world.ts";
import type { Scenario } from "./scenario.ts";
import { wayThroughProxy } from "./through-proxy.ts";

/** How the run is brought to where it is cancelled. */
type Begin = (world: World, made: DisposableStack) => Promise<Run>;

/** However far a run has come: with the result nothing of it goes on, and nothing is left. */
function cancelled(phase: string, begin: Begin, hasJob = true): Scenario {
  return {
    name: `a run that is cancelled ${phase}`,
    fault: { group: "Cancel", expected: "`cancelled`; with the result its pod is gone" },
    only: "cluster",
    async play(world) {
      using made = new DisposableStack();
      const run = await begin(world, made);

      run.heartbeat.cancel("Cancelled by a board operator");

      const result = await run.heartbeat.result;
      expect(result).toMatchObject({ exitCode: expect.any(Number) as number, timedOut: false, errorCode: "cancelled" });
      expect(result.exitCode).not.toBe(0);
      if (!hasJob) return expect(run.heartbeat.events).toEqual([]);
      const uid = accountOf(result).job.uid;
      const { pods } = await world.objects();
      expect(pods.filter(({ metadata }) => metadata?.ownerReferences?.some((owner) => owner.uid === uid))).toEqual([]);
      if (run.witness.sawPod) await expectBeginning(run);
      await expectCollected(world, run);
    },
  };
}

async function waiting(world: World): Promise<Run> {
  const first = world.heartbeat({ model: "pace-40s-1500ms" });
  await first.heartbeat.untilEvents(1);
  const second = world.heartbeat();
  await second.heartbeat.untilNote(/^Waiting for run /);
  return second;
}

async function scheduling(world: World): Promise<Run> {
  const run = world.heartbeat({ config: { nodeSelector: { "example.com/none": "such" } } });
  await run.heartbeat.untilNote(/didn't match Pod's node affinity\/selector/);
  return run;
}

async function pulling(world: World, made: DisposableStack): Promise<Run> {
  const registry = made.use(await startSilentRegistry(settings().hostIp));
  const run = world.heartbeat({ config: { image: `${registry.host}/agent:1` } });
  await run.heartbeat.untilNote(/pull/i);
  return run;
}

/** The agent is over, and nobody can read its log to the end. */
async function draining(world: World): Promise<Run> {
  const { proxy, kubeconfig } = await wayThroughProxy(world);
  proxy.fate = (path) => (path.includes("/log?") ? { kind: "stall", afterBytes: 400 } : { kind: "pass" });
  const run = world.heartbeat({ model: "tools", config: { kubeconfig } });
  await world.eventually(300_000, "the agent is over", async () => {
    const { pods } = await world.objects();
    return pods.some(({ status }) => status?.phase === "Succeeded");
  });
  return run;
}

export const cancelPhases: readonly Scenario[] = [
  cancelled("while it waits for another one of its agent", waiting, false),
  cancelled("while no node takes its pod", scheduling),
  cancelled("while its image is pulled", pulling),
  cancelled("while its log is read to the end", draining),
];
