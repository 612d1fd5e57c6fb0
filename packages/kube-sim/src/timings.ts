/** How long the cluster takes for each step, milliseconds. Defaults as seen on Kubernetes 1.35.4 with containerd and one node. */
export interface Timings {
  /** A request, from the client to the handler. Zero: at once. */
  request: number;
  /** An object with an owner that is gone, until the garbage collector deletes it. */
  garbage: number;
  /** A Job without a pod, until it has one. */
  createPod: number;
  /** A pod without a node, until the scheduler binds it. */
  schedule: number;
  /** A bound pod, until the kubelet says ContainerCreating. */
  admit: number;
  /** Sandbox, network and the container itself, until it runs. */
  start: number;
  /** Pulling an image that is not on the node. */
  pull: number;
  /** The last output of a container, until containerd says that it is over. */
  exit: number;
  /** A container that is over, until the API server knows (the kubelet relists once a second). */
  terminatedSeen: number;
  /** A container that is known to be over, until the pod's phase says so (the sandbox is stopped in between). */
  phaseSeen: number;
  /** A change of a pod, until the Job controller looks (`syncJobBatchPeriod`). */
  jobSync: number;
  /** Between SuccessCriteriaMet and Complete, and between FailureTarget and Failed. */
  jobVerdict: number;
  /** A claim whose class binds at once, until it is bound. */
  provision: number;
  /** A node that says nothing, until it counts as gone (`node-monitor-grace-period`). */
  nodeMonitor: number;
}

export const DEFAULT_TIMINGS: Timings = {
  request: 0,
  garbage: 20,
  createPod: 15,
  schedule: 15,
  admit: 20,
  start: 600,
  pull: 2000,
  exit: 20,
  terminatedSeen: 500,
  phaseSeen: 1000,
  jobSync: 1000,
  jobVerdict: 10,
  provision: 100,
  nodeMonitor: 50_000,
};
