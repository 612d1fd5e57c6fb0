import { CLAIMS, PODS } from "../api/resources.ts";
import { timestamp } from "../time.ts";
import type { Claim, Pod, PodCondition } from "../wire.ts";
import { bindClaim } from "./claim-binder.ts";
import { waitsForConsumer, whyUnschedulable } from "./node.ts";
import type { World } from "./world.ts";

/**
 * Finds a node for the pod, waiting as long as there is none, and binds it.
 * @throws the signal's reason when it aborts (the pod is being deleted)
 */
export async function schedule(world: World, pod: Pod, signal: AbortSignal): Promise<void> {
  const { clock, store, events, timings, node } = world;
  await clock.sleep(timings.schedule, signal);
  for (;;) {
    const complaint = whyUnschedulable(store, node, pod);
    if (complaint === undefined) break;
    const isNews = setScheduled(world, pod, "False", { reason: "Unschedulable", message: complaint });
    if (isNews)
      events.record("default-scheduler", pod, { type: "Warning", reason: "FailedScheduling", message: complaint });
    await store.changed.wait(clock, signal);
  }
  await bindVolumes(world, pod, signal);
  setScheduled(world, pod, "True", {}, (draft) => void (draft.spec.nodeName = node.name));
  const { namespace, name } = pod.metadata;
  const message = `Successfully assigned ${namespace}/${name} to ${node.name}`;
  events.record("default-scheduler", pod, { type: "Normal", reason: "Scheduled", message });
}

/** Claims that wait for their first consumer get their volume once the pod has a node, and the pod waits for it. */
async function bindVolumes({ store, clock, timings }: World, pod: Pod, signal: AbortSignal): Promise<void> {
  for (const { persistentVolumeClaim: source } of pod.spec.volumes ?? []) {
    const claim = source && store.get<Claim>(CLAIMS, pod.metadata.namespace, source.claimName);
    if (!claim || claim.status?.phase === "Bound" || !waitsForConsumer(claim)) continue;
    await clock.sleep(timings.provision, signal);
    bindClaim(store, claim);
  }
}

/** Returns whether the condition changed. */
function setScheduled(
  { store, clock }: World,
  pod: Pod,
  status: "True" | "False",
  why: { reason?: string; message?: string },
  andAlso: (draft: Pod) => void = () => undefined,
): boolean {
  const before = store.current(PODS, pod);
  const condition = {
    type: "PodScheduled",
    status,
    lastProbeTime: null,
    lastTransitionTime: timestamp(clock.now()),
    ...why,
  };
  const old = before?.status.conditions?.find(({ type }) => type === "PodScheduled");
  if (old?.status === status && old.message === why.message) return false;
  store.updateIfPresent<Pod>(PODS, pod, (draft) => {
    const others = (draft.status.conditions ?? []).filter(({ type }) => type !== "PodScheduled");
    draft.status.conditions = [...others, condition as unknown as PodCondition];
    andAlso(draft);
  });
  return true;
}
