import { readFile, writeFile } from "node:fs/promises";
import { KubeConfig } from "@kubernetes/client-node";
import { loadKubeConfig } from "@opencode-k8s/k8s-kit";
import { TlsProxy } from "./tls-proxy.ts";

/** A way to the cluster on which connections can be broken, and requests answered by somebody else. */
export interface ProxiedAccess {
  readonly proxy: TlsProxy;
  /** Path of a kubeconfig that leads through it. */
  readonly kubeconfig: string;
}

/**
 * The way of a kubeconfig through a proxy of its own before the API server. The proxy is the caller's to close.
 * @param user another identity: what a kubeconfig says of one besides its name
 */
export async function proxiedAccess(kubeconfig: string, file: string, user?: object): Promise<ProxiedAccess> {
  const config = loadKubeConfig({ kind: "file", path: kubeconfig });
  const [cluster, theirs] = [config.getCurrentCluster(), config.getCurrentUser()];
  if (!cluster || !theirs) throw new Error(`${kubeconfig} leads to no cluster`);
  const ca = cluster.caFile ? await readFile(cluster.caFile, "utf8") : atob(cluster.caData ?? "");
  const proxy = await TlsProxy.start({ server: cluster.server, ca });
  const name = "proxied";
  const through = new KubeConfig();
  through.loadFromOptions({
    clusters: [{ name, server: proxy.url, caData: btoa(proxy.ca) }],
    users: [{ ...(user ?? theirs), name }],
    contexts: [{ name, cluster: name, user: name }],
    currentContext: name,
  });
  await writeFile(file, through.exportConfig());
  return { proxy, kubeconfig: file };
}
