import { expect } from "vitest";
import { collectionPath, type Pod, sharedWatch } from "@opencode-k8s/k8s-kit";
import type { Measured } from "../comparison.ts";
import type { KitWorld } from "../kit-world.ts";
import { expectExact, type KitScenario } from "./scenario.ts";

const QUIET_SECONDS = 360;
/** As load balancers do (AWS: 60 s unless told otherwise). */
const IDLE_MS = 60_000;
/** A forgotten watch is missed after 90 s of silence, which may have begun just before the end; and the machine may be slow. */
const LATE_MS = 240_000;

export const quiet: KitScenario = {
  name: "a quiet container for 6 minutes, behind proxies that close or forget a connection after 60 s without a byte",
  async play(world, report) {
    await Promise.all(
      (["close", "forget"] as const).map(async (how) => {
        const { measured, lateMs, restarts } = await behind(world, how);
        report({ proxy: how, ...measured, "end seen late by ms": lateMs, "watch restarts": restarts });
        expectExact(measured);
        expect(lateMs).toBeLessThan(LATE_MS);
      }),
    );
  },
};

async function behind(
  world: KitWorld,
  how: "close" | "forget",
): Promise<{ measured: Measured; lateMs: number; restarts: number }> {
  const proxy = await world.proxy({ ms: IDLE_MS, how });
  const cluster = await world.connect(proxy);
  const pods = sharedWatch<Pod>(cluster, { path: collectionPath.pods(world.namespace) });
  using _ = pods.use();
  const pod = await world.start({ main: `echo before; sleep ${QUIET_SECONDS}; echo after; sleep 1` });
  const signal = AbortSignal.timeout(QUIET_SECONDS * 1000 + 2 * LATE_MS);
  const { measure } = await world.follow({ cluster, pod, container: "main", signal });
  const measured = await measure();
  const path = `${collectionPath.pods(world.namespace)}/${pod.metadata?.name}`;
  const ended = (await world.admin.persist<Pod>("GET", path, { signal })).status?.containerStatuses?.[0]?.state;
  const lateMs = Date.now() - Date.parse(ended?.terminated?.finishedAt ?? "");
  return { measured, lateMs, restarts: pods.health().restarts };
}
