import type { V1Affinity, V1Toleration } from "@kubernetes/client-node";

/** Which nodes take the pod of a run, before which others, and in which runtime. */
export interface RunPlacement {
  /** Labels that a node must have. */
  nodeSelector?: Readonly<Record<string, string>>;
  /** The operators `Equal` (also where there is none) and `Exists`. */
  tolerations?: readonly V1Toleration[];
  affinity?: V1Affinity;
  /** A PriorityClass, which must exist: the cluster refuses the pod otherwise. */
  priorityClassName?: string;
  /** A RuntimeClass, such as one of gVisor or Kata, which must exist. */
  runtimeClassName?: string;
}
