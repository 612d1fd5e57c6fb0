import type { RunObjects } from "@opencode-k8s/job-manifest";
import { type Cluster, collectionPath, createOnce, isAlreadyExists } from "@opencode-k8s/k8s-kit";

type Policy = NonNullable<RunObjects["networkPolicy"]>;

/**
 * Makes the policy of an agent's pods be this one, whatever the last run's was. The later of two runs of an agent wins.
 * @throws KubernetesError; there is no pod then that could do without it
 */
export async function putNetworkPolicy(cluster: Cluster, policy: Policy, signal: AbortSignal): Promise<void> {
  const { namespace = "", name = "" } = policy.metadata ?? {};
  const path = collectionPath.networkPolicies(namespace);
  try {
    await createOnce(cluster, path, policy, signal);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    await cluster.request("PUT", `${path}/${name}`, { body: policy, signal });
  }
}
