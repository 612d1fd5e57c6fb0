import { setTimeout as sleep } from "node:timers/promises";
import { isConflict } from "@opencode-k8s/k8s-kit";
import type { Recording } from "./recording.ts";

/** A Node object that no kubelet stands behind: nobody else's pods come there, because it is tainted. */
export interface MadeUpNode {
  readonly name: string;
  readonly path: string;
}

/** Well within the node controller's grace, which is 20 s at the shortest; milliseconds. */
const HEARTBEAT_MS = 4_000;
const TAINT = "opencode-k8s/record";

/** Makes a Node that looks ready until the node controller misses its heartbeats. Removed with the recording. */
export async function makeUpNode(on: Recording): Promise<MadeUpNode> {
  const name = `node-of-${on.namespace}`;
  const resources = { cpu: "4", memory: "4Gi", pods: "10" };
  const ready = { type: "Ready", status: "True", reason: "KubeletReady", lastHeartbeatTime: wholeSecond() };
  await on.create("/api/v1/nodes", {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name } },
    spec: { taints: [{ key: TAINT, value: "true", effect: "NoSchedule" }] },
    status: { capacity: resources, allocatable: resources, conditions: [ready] },
  } as object);
  return { name, path: `/api/v1/nodes/${name}` };
}

/**
 * A made-up Node that goes on looking ready until the recording ends. Where all nodes are silent, the node controller takes
 * itself for the one that is cut off, and removes no pod (measured with one node on 1.35).
 */
export async function companionNode(on: Recording): Promise<void> {
  const { path } = await makeUpNode(on);
  const stop = new AbortController();
  const beating = beat(on, path, stop.signal);
  on.defer(async () => {
    stop.abort();
    await beating;
  });
}

async function beat(on: Recording, path: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const node = await on.cluster.request<{ status: { conditions: { type: string }[] } }>("GET", path);
    const conditions = node.status.conditions.map((each) =>
      each.type === "Ready" ? { ...each, status: "True", lastHeartbeatTime: wholeSecond() } : each,
    );
    const body = { ...node, status: { ...node.status, conditions } };
    await on.cluster.request("PUT", `${path}/status`, { body }).catch((error: unknown) => {
      if (!isConflict(error)) throw error;
    });
    await sleep(HEARTBEAT_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** As the API writes a time. */
function wholeSecond(): string {
  return new Date().toISOString().replace(/\.\d+/, "");
}
