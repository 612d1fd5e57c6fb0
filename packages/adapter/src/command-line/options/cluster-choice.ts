import type { Command } from "commander";
import { type Cluster, connectCluster, type KubeConfigSource, loadKubeConfig } from "@opencode-k8s/k8s-kit";

/** Options by which kubectl, too, is told where to go. */
export interface ClusterOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
}

/** Declares `ClusterOptions`. */
export function withClusterOptions(command: Command): Command {
  return command
    .option("--kubeconfig <path>", "as kubectl has it; else KUBECONFIG, or ~/.kube/config")
    .option("--context <name>", "of the kubeconfig; else its current one")
    .option("-n, --namespace <name>", "of the Jobs; else that of the context");
}

/** The kubeconfig that is meant: the one that is named, or the one that kubectl would take. */
function kubeConfigSource({ kubeconfig, context }: ClusterOptions): KubeConfigSource {
  const chosen = context === undefined ? {} : { context };
  return kubeconfig === undefined ? { kind: "default", ...chosen } : { kind: "file", path: kubeconfig, ...chosen };
}

/** @throws KubeConfigError */
export function chosenCluster(options: ClusterOptions): Cluster {
  return connectCluster(kubeConfigSource(options));
}

/** The namespace that is named, or that of the context, as kubectl has it. @throws KubeConfigError */
export function chosenNamespace(options: ClusterOptions): string {
  if (options.namespace !== undefined) return options.namespace;
  const config = loadKubeConfig(kubeConfigSource(options));
  return config.getContextObject(config.currentContext)?.namespace ?? "default";
}
