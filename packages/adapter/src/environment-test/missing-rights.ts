import { buildInstallation, type InstallationFeatures, type Right } from "@opencode-k8s/job-manifest";
import { type Cluster, isForbidden } from "@opencode-k8s/k8s-kit";
import type { RunConfig } from "../config/index.ts";
import type { Finding } from "./finding.ts";

const REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

/** Features without which a run goes on, if less well. */
const HELPFUL: InstallationFeatures = { explainPending: true, shortenGrace: true };

/**
 * The rights that runs of this configuration lack, each as the rule that would give it. The API server is asked for each verb by
 * itself, all at once; it says what the adapter's identity may do, and nothing is created.
 * @throws KubernetesError
 */
export async function missingRights(cluster: Cluster, config: RunConfig, signal: AbortSignal): Promise<Finding[]> {
  const { namespace } = config;
  const needed = neededBy(config);
  const least = rightsFor(namespace, needed);
  const all = rightsFor(namespace, { ...needed, ...HELPFUL });
  try {
    const lacking = await Promise.all(all.map((right) => without(cluster, namespace, right, signal)));
    return lacking
      .filter(({ rule }) => rule.verbs.length > 0)
      .map((right) =>
        finding(namespace, right, least.some(({ reason }) => reason === right.reason) ? "error" : "warn"),
      );
  } catch (error) {
    if (!isForbidden(error)) throw error;
    const message = "Which rights the adapter has could not be looked up.";
    const remedy = "Bind the ClusterRole system:basic-user to its identity, as a cluster does by default.";
    return [{ code: "k8s_rights_unknown", level: "info", message, remedy }];
  }
}

/** A claim that an agent has already is only known with the agent. */
function neededBy({ agentDbMode, agentDbStorageClass, networkPolicy }: RunConfig): InstallationFeatures {
  const ownClaim = agentDbMode === "dedicated_pvc" || (agentDbMode === undefined && agentDbStorageClass !== undefined);
  return { databaseClaims: ownClaim, networkPolicies: networkPolicy !== undefined };
}

function rightsFor(namespace: string, features: InstallationFeatures): Right[] {
  return buildInstallation({ namespace, features }).rights;
}

/** What is lacking of a right: its verbs that are not allowed. */
async function without(cluster: Cluster, namespace: string, right: Right, signal: AbortSignal): Promise<Right> {
  const { apiGroups: [group = ""] = [], resources: [path = ""] = [], verbs } = right.rule;
  const [resource, subresource] = path.split("/");
  const allowed = await Promise.all(
    verbs.map(async (verb) => {
      const resourceAttributes = { namespace, group, resource, ...(subresource && { subresource }), verb };
      const body = {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes },
      };
      const review = await cluster.request<{ status?: { allowed?: boolean } }>("POST", REVIEWS, { body, signal });
      return review.status?.allowed === true;
    }),
  );
  return { ...right, rule: { ...right.rule, verbs: verbs.filter((_, index) => !allowed[index]) } };
}

function finding(namespace: string, { rule, reason }: Right, level: "error" | "warn"): Finding {
  const { resources = [], verbs } = rule;
  const message = `The adapter may not ${verbs.join(", ")} ${resources.join(", ")} in namespace ${namespace}: ${reason}.`;
  return { code: "k8s_right_missing", level, message, missing: { in: "Role", rule } };
}
