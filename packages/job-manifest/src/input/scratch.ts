/** What a run can write that goes with its pod. */
export interface RunScratch {
  scratch?: ScratchSizes;
}

/** Kubernetes quantities. The kubelet evicts a pod that fills more; the node's disk is shared by all. */
export interface ScratchSizes {
  /** The working directory, unless it lies on the shared volume: 20Gi. */
  workspace?: string;
  /** State and caches, and the agent's home where there is no shared volume: 10Gi. */
  home?: string;
  /** Temporary files of the agent and its tools: 10Gi. */
  tmp?: string;
  /** OpenCode's events, as the program keeps them until they are read, and its stderr: 2Gi. */
  run?: string;
  /** OpenCode's data where its database is ephemeral: 2Gi. */
  database?: string;
}
