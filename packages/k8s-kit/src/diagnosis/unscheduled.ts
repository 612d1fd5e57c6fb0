import type { Evidence, Finding } from "./diagnosis.ts";

const ROOM = "No node has room for the pod";

/** Causes in the scheduler's message, and what helps; the first that fits is told. */
const CAUSES: readonly (readonly [RegExp, Pick<Finding, "category" | "summary" | "remedy">])[] = [
  [
    /persistentvolumeclaim|persistent volumes|volume node affinity/i,
    {
      category: "volume",
      summary: "The pod waits for a volume",
      remedy:
        "Check the claim with `kubectl describe pvc`: that it exists, its storage class, and whether a volume can be made.",
    },
  ],
  [
    /Insufficient|Too many pods/,
    {
      category: "unschedulable",
      summary: ROOM,
      remedy: "Lower its resource requests, add a node, or wait until other pods end or an autoscaler has added one.",
    },
  ],
  [
    /^/,
    {
      category: "unschedulable",
      summary: "No node may take the pod",
      remedy: "Compare its node selector, affinity and tolerations with the labels and taints of the nodes.",
    },
  ],
];

/** The scheduler finds no node. It goes on looking: how long that is worth waiting for depends on the cluster. */
export function unscheduled({ pod }: Evidence): Finding | null {
  const condition = pod?.status?.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False");
  if (!condition) return null;
  const detail = condition.message ?? "";
  if (condition.reason === "SchedulingGated") return { ...GATED, detail };
  const cause = CAUSES.find(([pattern]) => pattern.test(detail))?.[1];
  if (!cause) return null;
  // Room that other pods hold is room: a pod that fits no node at all gets "Preemption is not helpful" (measured on 1.35).
  const full = cause.summary === ROOM && /No preemption victims found/.test(detail);
  return { ...cause, detail, retryable: full, final: false };
}

const GATED = {
  category: "unschedulable",
  summary: "The pod is held back by a scheduling gate",
  remedy: "Whoever sets spec.schedulingGates takes them away, such as a queue: see there.",
  retryable: false,
  final: false,
} as const;
