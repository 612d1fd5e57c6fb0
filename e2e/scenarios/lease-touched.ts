import { expect } from "vitest";
import { collectionPath, type Lease } from "@opencode-k8s/k8s-kit";
import { accountOf, expectBeginning, expectCollected, expectWhole } from "../world/index.ts";
import type { World } from "../world/index.ts";
import type { Scenario } from "./scenario.ts";

/** Somebody takes an agent's Lease away from the run that goes on: that one leaves its Job alone, and the next one goes on with it. */
function leaseTouched(name: string, touch: (world: World, lease: Lease) => Promise<void>): Scenario {
  return {
    name,
    fault: {
      group: "Jobs, pods and namespaces",
      expected: "the run leaves its Job, and the next one goes on with it; never are there two",
    },
    only: "cluster",
    async play(world) {
      const { admin, namespace } = world.parts;
      const run = world.heartbeat({ model: "pace-40s-1500ms" });
      await run.heartbeat.untilEvents(6);
      const { items } = await admin.request<{ items: Lease[] }>("GET", collectionPath.leases(namespace));
      const [lease] = items;
      if (!lease) throw new Error("there is no Lease");

      await touch(world, lease);

      const left = await run.heartbeat.result;
      expect(left).toMatchObject({ errorCode: "k8s_detached" });
      await expectBeginning(run);
      const { uid } = accountOf(left).job;
      const next = world.heartbeat({ model: "text", retryOfRunId: run.heartbeat.runId });
      const result = await next.heartbeat.result;
      expect(result).toMatchObject({ exitCode: 0, resultJson: { job: { uid, adopted: true } } });
      await expectWhole(next);
      await expectCollected(world, next);
    },
  };
}

const pathOf = ({ metadata }: Lease): string =>
  `${collectionPath.leases(metadata?.namespace ?? "")}/${metadata?.name ?? ""}`;

export const leasesTouched: readonly Scenario[] = [
  leaseTouched(
    "an agent's Lease that somebody deletes in the middle of its run",
    async ({ parts: { admin } }, lease) => {
      await admin.request("DELETE", pathOf(lease));
    },
  ),
  leaseTouched(
    "an agent's Lease that somebody clears in the middle of its run",
    async ({ parts: { admin } }, lease) => {
      await admin.patch(pathOf(lease), { strategy: "merge", body: { spec: null } });
    },
  ),
  leaseTouched(
    "an agent's Lease that somebody else takes in the middle of its run",
    async ({ parts: { admin } }, lease) => {
      const spec = { holderIdentity: "somebody else", leaseTransitions: (lease.spec?.leaseTransitions ?? 0) + 1 };
      const annotations = { "k8s-kit/holding": "another", "k8s-kit/job": null };
      await admin.patch(pathOf(lease), { strategy: "merge", body: { metadata: { annotations }, spec } });
    },
  ),
];
