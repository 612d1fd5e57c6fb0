import { DEADLINE } from "./deadline.ts";
import { type Evidence, type Finding, words } from "./diagnosis.ts";

/** Reasons of a kubelet that does not take a pod, and that another node or a later moment does away with. */
const PASSING_REJECTION = /^(OutOf|Node|Preempting|UnexpectedAdmissionError)/;

/** The pod's own reason, before its containers': an eviction leaves them without a word (deco 7011, Prefect 12988). */
export function podVerdict({ pod }: Evidence): Finding | null {
  const reason = pod?.status?.phase === "Failed" ? (pod.status.reason ?? "") : "";
  const detail = words(pod?.status?.message);
  switch (reason) {
    case "":
    case "Error":
    case "Completed":
      return null;
    case "DeadlineExceeded":
      return { ...DEADLINE, summary: "The pod passed its activeDeadlineSeconds", detail };
    case "Evicted":
      return { ...EVICTED, detail };
    case "NodeLost":
      return { ...NODE_LOST, detail };
    default: {
      const summary = `The node refused the pod: ${reason}`;
      return { ...REJECTED, summary, detail, retryable: PASSING_REJECTION.test(reason) };
    }
  }
}

/** Without the condition `DisruptionTarget`, which is asked before, it was a limit of the pod's own. */
const EVICTED = {
  category: "evicted",
  summary: "The node evicted the pod: it used more than it may",
  remedy: "Raise the limit that the message names (ephemeral-storage, an emptyDir's sizeLimit), or write less.",
  retryable: false,
  final: true,
} as const;

const NODE_LOST = {
  category: "node_lost",
  summary: "The pod's node was lost",
  remedy: "Run it again; look at the node with `kubectl describe node`.",
  retryable: true,
  final: true,
} as const;

const REJECTED = {
  category: "pod_rejected",
  remedy:
    "Run it again if the node was only full; otherwise compare the pod's requests, ports and affinity with the node.",
  final: true,
} as const;
