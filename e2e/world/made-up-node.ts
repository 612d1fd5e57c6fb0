import { setTimeout as sleep } from "node:timers/promises";
import { type Cluster, isConflict } from "@opencode-k8s/k8s-kit";

/** Well within the node controller's grace, which is 20 s at the shortest; milliseconds. */
const HEARTBEAT_MS = 4_000;
const TAINT = "opencode-k8s/made-up";

/** Where the Nodes of a cluster are. */
export const NODES = "/api/v1/nodes";

/** A Node that no kubelet stands behind: it looks ready until the node controller misses its heartbeats. It is tainted, so that nobody's pods come there. */
export function madeUpNode(name: string): { readonly metadata: { readonly name: string } } {
  const resources = { cpu: "4", memory: "4Gi", pods: "10" };
  const ready = { type: "Ready", status: "True", reason: "KubeletReady", lastHeartbeatTime: wholeSecond() };
  const node = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name } },
    spec: { taints: [{ key: TAINT, value: "true", effect: "NoSchedule" }] },
    status: { capacity: resources, allocatable: resources, conditions: [ready] },
  };
  return node;
}

/** Gives a made-up Node its heartbeats until this is disposed of. */
export function keepReady(cluster: Cluster, path: string): AsyncDisposable {
  const stop = new AbortController();
  const beating = beat(cluster, path, stop.signal);
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await beating;
    },
  };
}

async function beat(cluster: Cluster, path: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const node = await cluster.request<{ status: { conditions: { type: string }[] } }>("GET", path);
    const conditions = node.status.conditions.map((each) =>
      each.type === "Ready" ? { ...each, status: "True", lastHeartbeatTime: wholeSecond() } : each,
    );
    const body = { ...node, status: { ...node.status, conditions } };
    await cluster.request("PUT", `${path}/status`, { body }).catch((error: unknown) => {
      if (!isConflict(error)) throw error;
    });
    await sleep(HEARTBEAT_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** As the API writes a time. */
function wholeSecond(): string {
  return new Date().toISOString().replace(/\.\d+/, "");
}
