import type { RunResources } from "./resources.ts";

/** A Docker daemon beside the agent, for runs that build or start containers. */
export interface RunDocker {
  /**
   * Off unless given. The daemon is privileged: it is outside of every Pod Security profile but `privileged`, and whoever
   * may use it is root on the node. It needs Kubernetes 1.29, which has native sidecars.
   */
  dind?: Dind;
}

export interface Dind {
  /** Docker's own image, or one made of it, with its entrypoint: `docker:28-dind`. Pulled by the policy of the run. */
  image: string;
  resources: RunResources;
  /** Kubernetes quantity: room for images, and for what containers write: 20Gi. */
  storage?: string;
}
