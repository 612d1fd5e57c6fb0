import { readFileSync } from "node:fs";
import { KubeConfig } from "@kubernetes/client-node";

/** A kubeconfig that cannot be used: what it is, and why. A retry does not help before it is mended. */
export class KubeConfigError extends Error {
  override readonly name = "KubeConfigError";
}

/** Where the credentials of a cluster come from. */
export type KubeConfigSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "text"; readonly text: string }
  /** The ServiceAccount of the pod that this process runs in. */
  | { readonly kind: "in-cluster" };

/**
 * Loads a kubeconfig, and checks that its current context leads to a server.
 * @throws KubeConfigError that says which part is missing and where it was looked for
 */
export function loadKubeConfig(source: KubeConfigSource): KubeConfig {
  const config = new KubeConfig();
  if (source.kind === "in-cluster") {
    if (!process.env.KUBERNETES_SERVICE_HOST) {
      throw new KubeConfigError("this process does not run in a cluster (KUBERNETES_SERVICE_HOST is not set)");
    }
    config.loadFromCluster();
  } else {
    const where = source.kind === "file" ? `the file ${source.path}` : "the text";
    try {
      config.loadFromString(source.kind === "file" ? readFileSync(source.path, "utf8") : source.text);
    } catch (cause) {
      throw new KubeConfigError(`${where} cannot be read as a kubeconfig: ${withoutContent(cause)}`);
    }
    if (source.kind === "file") config.makePathsAbsolute(source.path.replace(/[^/]*$/, ""));
    if (!config.currentContext) throw new KubeConfigError(`${where} names no current-context`);
    if (!config.getCurrentCluster()?.server) {
      throw new KubeConfigError(`the context "${config.currentContext}" of ${where} leads to no cluster with a server`);
    }
  }
  return config;
}

/** What is wrong, less the lines of the file that a YAML parser quotes: they may hold a token. */
function withoutContent(cause: unknown): string {
  const { code, reason, mark } = cause as { code?: string; reason?: string; mark?: { line?: number } };
  if (reason !== undefined) return `${reason.replace(/"[^"]*"|<[^>]*>/g, "…")} (line ${(mark?.line ?? 0) + 1})`;
  return code === undefined ? "it is no object of clusters, contexts and users" : code;
}
