import { randomBytes } from "node:crypto";
import { KubeConfig, type V1PolicyRule } from "@kubernetes/client-node";
import { type Cluster, connectCluster, loadKubeConfig } from "@opencode-k8s/k8s-kit";
import { selfContained } from "../paperclip/service-account.ts";

/** The cluster of {@link kubeconfigWithRules}. @throws KubernetesError */
export async function clusterWithRules(...given: Parameters<typeof kubeconfigWithRules>): Promise<Cluster> {
  return connectCluster({ kind: "text", text: await kubeconfigWithRules(...given) });
}

/**
 * The text of a kubeconfig for the cluster of another one, with a new identity that has these rules in a namespace, and no others.
 * The API server learns of them a moment later. Its objects go with the namespace.
 * @throws KubernetesError
 */
export async function kubeconfigWithRules(
  admin: Cluster,
  kubeconfig: string,
  namespace: string,
  rules: readonly V1PolicyRule[],
): Promise<string> {
  const name = `some-${randomBytes(4).toString("hex")}`;
  const apiGroup = "rbac.authorization.k8s.io";
  const rbac = `/apis/${apiGroup}/v1/namespaces/${namespace}`;
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  const metadata = { name };
  const subjects = [{ kind: "ServiceAccount", name, namespace }];
  await admin.request("POST", accounts, { body: { metadata } });
  await admin.request("POST", `${rbac}/roles`, { body: { metadata, rules } });
  const roleRef = { apiGroup, kind: "Role", name };
  await admin.request("POST", `${rbac}/rolebindings`, { body: { metadata, roleRef, subjects } });
  const { status } = await admin.request<{ status: { token: string } }>("POST", `${accounts}/${name}/token`, {
    body: { spec: { audiences: [], expirationSeconds: 7200 } },
  });
  const server = await selfContained(loadKubeConfig({ kind: "file", path: kubeconfig }));
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [server],
    users: [{ name, token: status.token }],
    contexts: [{ name, cluster: server.name, user: name }],
    currentContext: name,
  });
  return config.exportConfig();
}
