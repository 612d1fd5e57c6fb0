import type { V1ContainerState, V1ContainerStatus } from "@kubernetes/client-node";
import { containerState } from "../logs/index.ts";
import type { Pod, Wire } from "../objects.ts";

type ContainerStatus = Wire<V1ContainerStatus>;

/** How a container ended, in the kubelet's words. */
export type ContainerEnd = NonNullable<Wire<V1ContainerState>["terminated"]>;

/** Where a pod is on its way, seen from the one container that matters. */
export type PodState =
  /** No node has been found; `message` is the scheduler's. */
  | { readonly kind: "unscheduled"; readonly message: string }
  /** On a node; `reason` and `message` say what the container waits for (`ContainerCreating`, `ErrImagePull`, …). */
  | { readonly kind: "waiting"; readonly reason: string; readonly message: string }
  | { readonly kind: "running"; readonly startedAt: string | null }
  | { readonly kind: "terminated"; readonly end: ContainerEnd }
  /** Over without a word of this container: evicted, rejected by the node, an init container failed, the node was lost. */
  | { readonly kind: "ended"; readonly reason: string; readonly message: string };

/** The state of `container` in this pod. */
export function podState(pod: Pod, container: string): PodState {
  const status = pod.status ?? {};
  const state = containerStatus(pod, container)?.state;
  if (state?.terminated) return { kind: "terminated", end: state.terminated };
  // Before the containers: an evicted pod's may still say "running" (deco 7011), or say nothing (Airflow 68328).
  if (status.phase === "Failed" || status.phase === "Succeeded") {
    return { kind: "ended", reason: status.reason ?? status.phase, message: status.message ?? "" };
  }
  if (state?.running) return { kind: "running", startedAt: state.running.startedAt ?? null };
  if (state?.waiting && state.waiting.reason !== "PodInitializing") {
    return { kind: "waiting", reason: state.waiting.reason ?? "", message: state.waiting.message ?? "" };
  }
  const scheduled = status.conditions?.find((condition) => condition.type === "PodScheduled");
  if (scheduled?.status !== "True" && !pod.spec?.nodeName) {
    return { kind: "unscheduled", message: scheduled?.message ?? "" };
  }
  const init = status.initContainerStatuses?.find((each) => each.state?.waiting ?? each.state?.running)?.state?.waiting;
  return {
    kind: "waiting",
    reason: init?.reason ?? state?.waiting?.reason ?? "ContainerCreating",
    message: init?.message ?? "",
  };
}

/** Is the container over for good? One that ended, and may be started again, is not. */
export function isOver(pod: Pod, container: string): boolean {
  const { kind } = podState(pod, container);
  return kind === "ended" || (kind === "terminated" && !containerState(pod, container).mayRestart);
}

/** The kubelet's word on one container of a pod; containers are told apart by name, never by position (sidecars). */
export function containerStatus(pod: Pod, container: string): ContainerStatus | undefined {
  return pod.status?.containerStatuses?.find((status) => status.name === container);
}
