import type { Evidence, Finding } from "./diagnosis.ts";
import { words } from "./diagnosis.ts";
import { endedBefore } from "./stopped.ts";

type Told = Pick<Finding, "category" | "summary" | "remedy">;

/** Reasons of the condition `DisruptionTarget` (Kubernetes documentation, "Pod disruption conditions"). */
const DISRUPTIONS: Readonly<Record<string, Told>> = {
  PreemptionByScheduler: {
    category: "preempted",
    summary: "The pod was preempted: a pod of higher priority took its place",
    remedy: "Run it again; give the pod a PriorityClass if this happens often.",
  },
  DeletionByTaintManager: {
    category: "node_lost",
    summary: "The pod's node was tainted, as one that does not answer is, and the pod removed from it",
    remedy: "Run it again; look at the node with `kubectl describe node`.",
  },
  EvictionByEvictionAPI: {
    category: "evicted",
    summary: "The pod was evicted by a request to the API, as a node drain makes",
    remedy: "Run it again when the maintenance is over; a PodDisruptionBudget delays such evictions.",
  },
  DeletionByPodGC: {
    category: "node_lost",
    summary: "The pod's node does not exist any more",
    remedy: "Run it again; look at what removes nodes (an autoscaler, spot instances).",
  },
  TerminationByKubelet: {
    category: "evicted",
    summary: "The node ended the pod: it ran short of a resource, or is shutting down",
    remedy:
      "Run it again; raise the pod's requests (memory, ephemeral-storage) to what it needs, so that others go first.",
  },
};

const PREEMPTED_BY_KUBELET: Told = {
  category: "preempted",
  summary: "The pod was preempted: the node needed its place for a critical pod",
  remedy: "Run it again; give the node more room if this happens often.",
};

/** The condition that says why a pod had to go, whatever its containers say. */
export function disruption(evidence: Evidence): Finding | null {
  const { pod } = evidence;
  const condition = pod?.status?.conditions?.find(
    ({ type, status }) => type === "DisruptionTarget" && status === "True",
  );
  const told = pod?.status?.reason === "Preempting" ? PREEMPTED_BY_KUBELET : DISRUPTIONS[condition?.reason ?? ""];
  if (!condition || !told || endedBefore(evidence, condition.lastTransitionTime)) return null;
  return { ...told, detail: words(condition.message, pod?.status?.message), retryable: true, final: true };
}
