import { type ContainerEnd, containerStatus } from "../jobs/pod-state.ts";
import type { Pod } from "../objects.ts";
import type { Evidence } from "./diagnosis.ts";
import { isStopSignal } from "./signals.ts";

/** The pod or its Job is being deleted, or is gone. */
export function isDeleted({ deleted, jobDeleted, pod }: Evidence): boolean {
  return deleted === true || jobDeleted === true || typeof pod?.metadata?.deletionTimestamp === "string";
}

/** How the main container ended; undefined while it has not. */
export function mainEnd({ pod, container }: Evidence): ContainerEnd | undefined {
  return (pod && containerStatus(pod, container)?.state?.terminated) ?? undefined;
}

/**
 * Had the main container ended before that time? Then what happened to the pod then is not why it ended.
 *
 * The API counts whole seconds. Within the same one the stop is taken for the cause: a program ends milliseconds after its
 * SIGTERM, while nothing tidies up a pod within a second of its end.
 * @param at RFC 3339
 */
export function endedBefore(evidence: Evidence, at: string | undefined): boolean {
  const end = mainEnd(evidence);
  // A comparison with NaN, an end or a time that nobody knows, is false.
  return end !== undefined && Date.parse(end.finishedAt ?? "") < Date.parse(at ?? "");
}

/**
 * Is the deletion of its pod why the main container ended? A success that is tidied up was none of it (argo 4565, 5126: a
 * false "pod deleted").
 */
export function endedByDeletion(evidence: Evidence): boolean {
  const { pod } = evidence;
  const end = mainEnd(evidence);
  if (!end || !isDeleted(evidence)) return false;
  const asked = deletionAskedAt(pod);
  if (asked !== null && Number.isFinite(asked.latest)) {
    const finished = Date.parse(end.finishedAt ?? "");
    if (finished < asked.earliest) return false;
    if (asked.earliest === asked.latest) return true;
  }
  // Deleting a pod makes a new generation of it, which the kubelet writes down with the end that it brought about
  // (since Kubernetes 1.34).
  const { generation } = pod?.metadata ?? {};
  const { observedGeneration } = pod?.status ?? {};
  if (generation !== undefined && observedGeneration !== undefined) return observedGeneration >= generation;
  return isStopSignal(end.exitCode);
}

/** What the kubelet needs to tidy up after the last container, before the pod is gone: measured, 1 to 3 s; milliseconds. */
const TIDYING_MS = 10_000;
/** Kubernetes' own default of terminationGracePeriodSeconds. */
const DEFAULT_GRACE_S = 30;

/** Between which times the deletion was asked for, milliseconds since the epoch; null where nobody saw it. */
function deletionAskedAt(pod: Pod | null): { earliest: number; latest: number } | null {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod?.metadata ?? {};
  if (typeof deletionTimestamp !== "string") return null;
  const at = Date.parse(deletionTimestamp);
  // While the grace runs, the timestamp is its end.
  if (deletionGracePeriodSeconds > 0) {
    const asked = at - deletionGracePeriodSeconds * 1000;
    return { earliest: asked, latest: asked };
  }
  // With the last deletion, by the kubelet, it becomes the time of that.
  const grace = (pod?.spec?.terminationGracePeriodSeconds ?? DEFAULT_GRACE_S) * 1000;
  return { earliest: at - grace - TIDYING_MS, latest: at };
}
