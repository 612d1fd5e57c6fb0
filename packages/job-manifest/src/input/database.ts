/** Where OpenCode keeps its sessions. `chooseDatabase` decides where nobody has. */
export type RunDatabase =
  /** Gone with the pod. */
  | { mode: "ephemeral" }
  /** A claim of the agent's own, which outlives its runs. It is created unless it is there; then see `claimProblems`. */
  | {
      mode: "dedicated_pvc";
      /** Of a claim that is there already it need not be known. Without one a new claim is of the cluster's default class. */
      storageClass?: string;
      /** Kubernetes quantity. */
      capacity: string;
    }
  /** A folder for each company, agent and task on the shared claim, `dataClaim`. Needs `taskId`. */
  | { mode: "workspace_subpath" };
