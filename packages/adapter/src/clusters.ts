import { readFileSync } from "node:fs";
import { type Cluster, connectCluster, type KubeConfigSource } from "@opencode-k8s/k8s-kit";

/** One connection for all runs that use the same credentials; kept, because a server has few of them and many runs. */
const clusters = new Map<string, Cluster>();

/**
 * The cluster of a kubeconfig on this machine, or, without one, the cluster that this process runs in.
 * A file that changed is a new cluster: runs under way keep the old one.
 * @throws KubeConfigError
 */
export function clusterOf(kubeconfig: string | undefined): Cluster {
  const source: KubeConfigSource =
    kubeconfig === undefined ? { kind: "in-cluster" } : { kind: "file", path: kubeconfig };
  const key = source.kind === "file" ? `${source.path}\n${readOrEmpty(source.path)}` : source.kind;
  const known = clusters.get(key);
  if (known) return known;
  const cluster = connectCluster(source);
  clusters.set(key, cluster);
  return cluster;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // Loading it says what is wrong.
  }
}
