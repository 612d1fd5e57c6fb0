import { deleteObject } from "../api/delete.ts";
import { PODS } from "../api/resources.ts";
import { timestamp } from "../time.ts";
import type { Pod, PodCondition } from "../wire.ts";
import type { World } from "./world.ts";

/** Why the cluster takes a pod's place away, as the condition DisruptionTarget has it. */
export interface Disruption {
  reason: string;
  message: string;
}

export const PREEMPTION: Disruption = {
  reason: "PreemptionByScheduler",
  message: "default-scheduler: preempting to accommodate a higher priority pod",
};
export const TAINT: Disruption = {
  reason: "DeletionByTaintManager",
  message: "Taint manager: deleting due to NoExecute taint",
};

/** Says why, then deletes the pod, which ends within its grace. */
export function disrupt(world: World, pod: Pod, why: Disruption): void {
  setCondition(world, pod, { type: "DisruptionTarget", status: "True", ...why });
  deleteObject(world, PODS, pod.metadata.namespace, pod.metadata.name, { preconditions: { uid: pod.metadata.uid } });
}

/** Sets a condition that is not the kubelet's. */
export function setCondition(
  { store, clock }: World,
  pod: Pod,
  given: { type: string; status: string; reason?: string; message?: string },
): void {
  const lastTransitionTime = timestamp(clock.now());
  store.updateIfPresent<Pod>(PODS, pod, ({ status }) => {
    const others = (status.conditions ?? []).filter(({ type }) => type !== given.type);
    const condition = { lastProbeTime: null, lastTransitionTime, ...given } as unknown as PodCondition;
    status.conditions = [...others, condition];
  });
}
