import { readFileSync } from "node:fs";
import { type Cluster, connectCluster, type KubeConfigSource } from "@opencode-k8s/k8s-kit";
import { clusterCounters } from "./telemetry/index.ts";

/** A cluster, and the text of the kubeconfig that led to it. */
interface Known {
  readonly cluster: Cluster;
  readonly text: string;
}

/** One connection for all runs that use the same credentials; kept, because a server has few of them and many runs. */
const clusters = new Map<string, Known>();

/**
 * The cluster of a kubeconfig on this machine, or, without one, the cluster that this process runs in.
 * A file that changed is a new cluster: runs under way keep the old one.
 * @throws KubeConfigError
 */
export function clusterOf(kubeconfig: string | undefined): Cluster {
  const text = kubeconfig === undefined ? "" : readOrEmpty(kubeconfig);
  const known = clusters.get(kubeconfig ?? "");
  if (known?.text === text) return known.cluster;
  const source: KubeConfigSource =
    kubeconfig === undefined ? { kind: "in-cluster" } : { kind: "file", path: kubeconfig };
  const cluster = connectCluster(source, { observer: clusterCounters });
  clusters.set(kubeconfig ?? "", { cluster, text });
  return cluster;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // Loading it says what is wrong.
  }
}
