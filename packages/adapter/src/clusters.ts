import { readFileSync } from "node:fs";
import { type Cluster, connectCluster, type KubeConfigSource } from "@opencode-k8s/k8s-kit";
import type { RunConfig } from "./config/index.ts";
import { clusterCounters } from "./telemetry/index.ts";

/** Which cluster: that of a text, else that of a file on this machine, else the one that this process runs in. */
export type ClusterChoice = Pick<RunConfig, "kubeconfig" | "kubeconfigText">;

/** Where the clusters of runs come from; tests and the demo hand over their own. */
export type ClusterSource = (choice: ClusterChoice) => Cluster;

/** A cluster, and what was in the file that led to it; empty where there is none. */
interface Known {
  readonly cluster: Cluster;
  readonly text: string;
}

/** One connection for all runs that use the same credentials; kept, because a server has few of them and many runs. */
const clusters = new Map<string, Known>();
/** A text that is replaced now and then, with each credential that it has, is a cluster each time: those used last are kept. */
const MOST_CLUSTERS = 64;

/**
 * The cluster of a configuration. A file that changed is a new cluster: runs under way keep the old one.
 * @throws KubeConfigError
 */
export function clusterOf(choice: ClusterChoice): Cluster {
  const { kubeconfig, kubeconfigText } = choice;
  const key = kubeconfigText ?? kubeconfig ?? "";
  const text = kubeconfigText === undefined && kubeconfig !== undefined ? readOrEmpty(kubeconfig) : "";
  const before = clusters.get(key);
  const known =
    before?.text === text ? before : { cluster: connectCluster(sourceOf(choice), { observer: clusterCounters }), text };
  clusters.delete(key);
  clusters.set(key, known);
  const [oldest] = clusters.keys();
  if (clusters.size > MOST_CLUSTERS && oldest !== undefined) clusters.delete(oldest);
  return known.cluster;
}

function sourceOf({ kubeconfig, kubeconfigText }: ClusterChoice): KubeConfigSource {
  if (kubeconfigText !== undefined) return { kind: "text", text: kubeconfigText };
  return kubeconfig === undefined ? { kind: "in-cluster" } : { kind: "file", path: kubeconfig };
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // Loading it says what is wrong.
  }
}
