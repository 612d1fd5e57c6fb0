import type { V1NetworkPolicy } from "@kubernetes/client-node";
import { AGENT_JOB_SELECTOR, PROTOCOL_LABEL } from "@opencode-k8s/job-manifest";
import {
  CLAIM_LABEL,
  collectionPath,
  type Job,
  type Lease,
  type PersistentVolumeClaim,
  type Pod,
  type Secret,
  type Wire,
} from "@opencode-k8s/k8s-kit";
import type { Where } from "../runs/find-run.ts";
import { MissingRightError, type NeededRight, withRight } from "../runs/missing-right.ts";
import { runJobs } from "../runs/run-jobs.ts";

export type NetworkPolicy = Wire<V1NetworkPolicy>;

/** All that is of agents in a namespace. */
export interface Survey {
  readonly jobs: readonly Job[];
  readonly pods: readonly Pod[];
  readonly secrets: readonly Secret[];
  readonly leases: readonly Lease[];
  readonly policies: readonly NetworkPolicy[];
  readonly claims: readonly PersistentVolumeClaim[];
  /** Kinds that could not be looked at, and what would help. */
  readonly unseen: readonly string[];
}

/** Objects of an agent, and no others: nothing else is ever looked at. */
const OF_AGENTS = "app.kubernetes.io/managed-by=paperclip,paperclip.io/agent-id";

/**
 * Lists what there is. Jobs come last: what was made for a Job is younger than that, so a Job that is not there now is gone.
 * @throws MissingRightError for Jobs and pods, without which nothing can be judged; KubernetesError; the signal's reason
 */
export async function survey({ cluster, namespace }: Where, signal: AbortSignal): Promise<Survey> {
  const unseen: string[] = [];
  const list = async <T>(
    path: string,
    labelSelector: string,
    right: Omit<NeededRight, "verbs">,
  ): Promise<readonly T[]> => {
    const { items } = await withRight({ ...right, verbs: ["list"] }, () =>
      cluster.request<{ items?: readonly T[] | null }>("GET", path, { query: { labelSelector }, signal }),
    );
    return items ?? [];
  };
  const unlessForbidden = async <T>(asked: Promise<readonly T[]>): Promise<readonly T[]> => {
    try {
      return await asked;
    } catch (error) {
      if (!(error instanceof MissingRightError)) throw error;
      unseen.push(error.message);
      return [];
    }
  };
  const [secrets, leases, policies, claims] = await Promise.all([
    unlessForbidden(
      list<Secret>(collectionPath.secrets(namespace), `${AGENT_JOB_SELECTOR},${PROTOCOL_LABEL}`, {
        group: "",
        resource: "secrets",
      }),
    ),
    unlessForbidden(
      list<Lease>(collectionPath.leases(namespace), `${OF_AGENTS},${CLAIM_LABEL}`, {
        group: "coordination.k8s.io",
        resource: "leases",
      }),
    ),
    unlessForbidden(
      list<NetworkPolicy>(collectionPath.networkPolicies(namespace), OF_AGENTS, {
        group: "networking.k8s.io",
        resource: "networkpolicies",
      }),
    ),
    unlessForbidden(
      list<PersistentVolumeClaim>(collectionPath.claims(namespace), `${OF_AGENTS},paperclip.io/pvc-type=agent-db`, {
        group: "",
        resource: "persistentvolumeclaims",
      }),
    ),
  ]);
  const jobs = await runJobs(cluster, namespace, signal);
  // A Job that has ended gets no pod any more: what is listed now is all that it has.
  const pods = await list<Pod>(collectionPath.pods(namespace), AGENT_JOB_SELECTOR, { group: "", resource: "pods" });
  return { jobs, pods, secrets, leases, policies, claims, unseen };
}
