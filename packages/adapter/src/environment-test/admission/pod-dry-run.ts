import { collectionPath, isNotFound, isTransient, isUnauthorized, KubernetesError } from "@opencode-k8s/k8s-kit";
import { type Finding, missingRule } from "../finding.ts";
import { ofRefusal } from "./refusal.ts";
import type { Subject } from "../subject.ts";

/** What the cluster says of the pod of a run. */
export interface Admission {
  readonly kind: "admitted" | "refused" | "unknown";
  readonly finding: Finding;
  /** Refused for a ResourceQuota or a LimitRange: both are looked at by themselves, too. */
  readonly forQuota: boolean;
}

/** The word of an authorizer, and of no admission plugin. */
const NOT_ALLOWED = /cannot create resource "pods"/;
const FOR_QUOTA =
  /exceeded quota|failed quota|(maximum|minimum|limit to request ratio).* (usage|ratio) per|must specify/;

/**
 * Asks for the pod of a run to be created, and for nothing to be kept: a Job is admitted where its pod is not. So speak Pod
 * Security, quotas, policies and webhooks, and a ServiceAccount, a PriorityClass or a RuntimeClass that is not there.
 * @throws KubernetesError when nothing can be learnt of the answer; the signal's reason
 */
export async function dryRunPod({
  cluster,
  config: { namespace },
  objects: { job },
  signal,
}: Pick<Subject, "cluster" | "config" | "objects" | "signal">): Promise<Admission> {
  const { template } = job.spec ?? {};
  const metadata = { ...template?.metadata, name: job.metadata?.name, namespace };
  const body = { apiVersion: "v1", kind: "Pod", metadata, spec: template?.spec };
  try {
    await cluster.request("POST", collectionPath.pods(namespace), { query: { dryRun: "All" }, body, signal });
    const message = `Namespace ${namespace} takes the pod of a run.`;
    return { kind: "admitted", forQuota: false, finding: { code: "k8s_pod_admitted", level: "info", message } };
  } catch (error) {
    const isAnswer =
      error instanceof KubernetesError && error.status !== null && !isTransient(error) && !isUnauthorized(error);
    if (!isAnswer) throw error;
    return judge(error, namespace);
  }
}

function judge(error: KubernetesError, namespace: string): Admission {
  const status = `: ${error.status} `;
  const words = error.message.slice(error.message.indexOf(status) + status.length);
  if (NOT_ALLOWED.test(words)) {
    const message = `Whether namespace ${namespace} would take the pod of a run could not be asked, by a dry run.`;
    const missing = missingRule("", "pods", "create", "Role");
    return {
      kind: "unknown",
      forQuota: false,
      finding: { code: "k8s_pod_admission_unknown", level: "info", message, missing },
    };
  }
  return {
    kind: "refused",
    forQuota: FOR_QUOTA.test(words),
    finding: { level: "error", ...refusal(error, words, namespace) },
  };
}

function refusal(
  error: KubernetesError,
  words: string,
  namespace: string,
): Pick<Finding, "code" | "message" | "remedy"> {
  if (isNotFound(error) && /namespaces? /.test(words)) {
    const remedy = "Create it, or check the key namespace: the adapter makes none.";
    return { code: "k8s_namespace_missing", message: `There is no namespace ${namespace}.`, remedy };
  }
  return ofRefusal(words, namespace);
}
