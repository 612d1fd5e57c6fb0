import { expect } from "vitest";
import { accountOf, expectBeginning, expectCollected } from "../world/index.ts";
import type { World } from "../world/index.ts";
import { keepReady, madeUpNode, NODES } from "../world/made-up-node.ts";
import type { DisruptiveScenario } from "./scenario.ts";

/** How long the kubelet is dead, milliseconds. The node controller's grace is 20 s on real-kube, 40 s or 50 s by default. */
const STOPPED_MS = 90_000;
/** The run bears it for so long after that. */
const NODE_LOST_SEC = 10;
/** However slow the machine, milliseconds. */
const BACK_MS = 180_000;

/** A node does not answer any more. Whether its containers go on, nobody can tell. */
export const nodeLost: DisruptiveScenario = {
  name: "the node stopped for 90 s, where a run bears 10 s",
  fault: {
    group: "The node and its parts",
    expected: "`k8s_node_lost`; what nobody could read any more is lost, and the result says so",
  },
  only: "cluster",
  async play(world, driver) {
    await using _ = await companion(world);
    const run = world.heartbeat({ model: "pace-120s-1500ms", config: { nodeLostTimeoutSec: NODE_LOST_SEC } });
    await run.heartbeat.untilEvents(20);

    await driver.restart("kubelet", STOPPED_MS);

    const result = await run.heartbeat.result;
    expect(result).toMatchObject({ exitCode: expect.any(Number) as number, errorCode: "k8s_node_lost" });
    expect(result.exitCode).not.toBe(0);
    expect(accountOf(result).log.complete).toBe(false);
    await expectBeginning(run);
    await world.eventually(BACK_MS, "all nodes are ready", () => allReady(world));
    await expectCollected(world, run);
  },
};

/**
 * Another node, made up, that stays ready: where all nodes are silent, the node controller takes itself for the one that is cut off,
 * and removes no pod (measured with one node on 1.35).
 */
async function companion({ parts: { admin, namespace } }: World): Promise<AsyncDisposable> {
  const name = `node-of-${namespace}`;
  const path = `${NODES}/${name}`;
  await using made = new AsyncDisposableStack();
  await admin.request("POST", NODES, { body: madeUpNode(name) });
  made.defer(() => admin.persist("DELETE", path, { signal: AbortSignal.timeout(BACK_MS) }));
  made.use(keepReady(admin, path));
  return made.move();
}

async function allReady({ parts: { admin } }: World): Promise<boolean> {
  const { items } = await admin.request<{ items: { status?: { conditions?: { type: string; status: string }[] } }[] }>(
    "GET",
    NODES,
  );
  return items.every(({ status }) =>
    status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"),
  );
}
