import { setTimeout as sleep } from "node:timers/promises";
import { type Cluster, isConflict } from "@opencode-k8s/k8s-kit";
import type { Recording } from "./recording.ts";

interface Node {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly taints?: readonly unknown[]; readonly unschedulable?: boolean };
  readonly status: { readonly capacity: Record<string, string>; readonly allocatable: Record<string, string> };
}

/** Pods that take each other's place do it for a resource of their own, so that nobody else's pods are concerned. */
export interface Slots {
  /** The node that has them. */
  readonly node: string;
  /** For a container that takes one. */
  readonly resources: { readonly limits: Record<string, string> };
}

/** Gives a node that takes pods one slot; taken back with the recording. */
export async function oneSlot(on: Recording): Promise<Slots> {
  const resource = `example.com/slot-${on.namespace}`;
  const { items } = await on.cluster.request<{ items: Node[] }>("GET", "/api/v1/nodes");
  const node = items.find(({ spec }) => !spec.unschedulable && (spec.taints ?? []).length === 0)?.metadata.name;
  if (node === undefined) throw new Error("no node of the cluster takes pods");
  await changeResource(on.cluster, node, (resources) => ({ ...resources, [resource]: "1" }));
  on.defer(() =>
    changeResource(on.cluster, node, (resources) =>
      Object.fromEntries(Object.entries(resources).filter(([name]) => name !== resource)),
    ),
  );
  return { node, resources: { limits: { [resource]: "1" } } };
}

/** The kubelet writes its node's status every few seconds, too. */
async function changeResource(
  cluster: Cluster,
  name: string,
  change: (resources: Record<string, string>) => Record<string, string>,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const node = await cluster.request<Node>("GET", `/api/v1/nodes/${name}`);
    const { capacity, allocatable } = node.status;
    const status = { ...node.status, capacity: change(capacity), allocatable: change(allocatable) };
    try {
      await cluster.request("PUT", `/api/v1/nodes/${name}/status`, { body: { ...node, status } });
      return;
    } catch (error) {
      if (!isConflict(error) || tries === 10) throw error;
      await sleep(200);
    }
  }
}
