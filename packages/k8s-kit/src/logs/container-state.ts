import type { V1Container } from "@kubernetes/client-node";
import type { Pod, Wire } from "../objects.ts";

/**
 * A container of a pod that exists, as the pod's status tells it. A container that is started again keeps its name and gets a
 * new `containerId` and a new log; the log of the instance before can be read, older ones cannot.
 */
export interface PresentContainer {
  /** `running`: an instance runs, or the first one is waited for. `terminated`: the last one is over. */
  readonly kind: "running" | "terminated";
  /** The instance whose log is read without `previous`; `null` where there is none, or it is about to be replaced. */
  readonly containerId: string | null;
  /** The instance whose log is read with `previous=true`; `null` where there is none. */
  readonly previousId: string | null;
  /** How often the container was started again so far. */
  readonly restarts: number;
  /** May there be another instance after this one? Once false, it stays so. */
  readonly mayRestart: boolean;
}

/** `gone`: the pod does not exist any more, and its logs with it. */
export type ContainerState = PresentContainer | { readonly kind: "gone" };

/**
 * The state of one container (also an init container or a sidecar) of a pod that exists, for a `FollowedContainer`:
 * `state: () => (deleted ? { kind: "gone" } : containerState(pod, "main"))`.
 */
export function containerState(pod: Pod, container: string): PresentContainer {
  const { containerStatuses, initContainerStatuses, phase } = pod.status ?? {};
  const status = [...(containerStatuses ?? []), ...(initContainerStatuses ?? [])].find(
    ({ name }) => name === container,
  );
  const podOver = phase === "Failed" || phase === "Succeeded";
  const { running, terminated } = status?.state ?? {};
  const previousId = status?.lastState?.terminated?.containerID ?? null;
  // While it waits to be started again, `containerID` still names the instance that ended.
  const containerId = running || terminated ? (terminated?.containerID ?? status?.containerID ?? null) : null;
  const mayRestart = !podOver && isRestarted(pod, container, terminated?.exitCode);
  const isOver = podOver || terminated !== undefined || (!running && previousId !== null);
  return {
    kind: isOver ? "terminated" : "running",
    containerId,
    previousId,
    restarts: status?.restartCount ?? 0,
    mayRestart,
  };
}

/** Is the container started again after it ended with this exit code, or with any where it still runs? */
function isRestarted({ spec, metadata }: Pod, name: string, exitCode: number | undefined): boolean {
  if (exitCode !== undefined && metadata?.deletionTimestamp !== undefined) return false;
  const init = spec?.initContainers?.find((container) => container.name === name);
  const own: Wire<V1Container> | undefined = init ?? spec?.containers.find((container) => container.name === name);
  if (own?.restartPolicyRules?.length) return true; // Which of them applies is the kubelet's to say.
  const policy = own?.restartPolicy ?? spec?.restartPolicy ?? "Always";
  if (policy === "Never") return false;
  const succeeds =
    exitCode === 0 && (policy === "OnFailure" || (init !== undefined && own?.restartPolicy !== "Always"));
  return !succeeds;
}

/** One run of a container's program, with a log of its own. */
export interface ContainerInstance {
  readonly id: string;
  /** 0 for the first of its pod. */
  readonly index: number;
}

/** The instances whose logs can be read, oldest first. */
export function readableInstances({ containerId, previousId, restarts }: PresentContainer): ContainerInstance[] {
  const current = containerId === null ? [] : [{ id: containerId, index: restarts }];
  if (previousId === null) return current;
  return [{ id: previousId, index: restarts - current.length }, ...current];
}

/** Where the log of a container instance can be read. */
export type LogPlace =
  /** Without `previous`. */
  | "current"
  /** With `previous=true`: another instance has taken its place, or will. */
  | "previous"
  /** Nowhere: more than one other instance has taken its place. */
  | "lost"
  /** Nowhere: the pod does not exist any more. */
  | "gone";

/** Where to read the log of instance `id`; `null`: of the only instance that there is. */
export function placeOf(id: string | null, state: ContainerState): LogPlace {
  if (state.kind === "gone") return "gone";
  const { containerId, previousId } = state;
  if (id !== null && id === containerId) return "current";
  if (id !== null && id === previousId) return "previous";
  // Nobody knows another one: an evicted pod may not say what its containers were.
  return id === null || (containerId === null && previousId === null) ? "current" : "lost";
}
