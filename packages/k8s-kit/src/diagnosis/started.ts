import { type ContainerEnd, containerStatus } from "../jobs/pod-state.ts";
import type { Job } from "../objects.ts";
import type { Evidence } from "./diagnosis.ts";

/** Did the main container ever run, as far as its pod shows? */
export function hasStarted({ pod, container }: Pick<Evidence, "pod" | "container">): boolean {
  const status = pod && containerStatus(pod, container);
  if (!status) return false;
  if (status.state?.running) return true;
  const ends = [status.state?.terminated, status.lastState?.terminated];
  return ends.some((end) => end && !isStartError(end) && (status.containerID || !wasNeverMade(end)));
}

/** {@link hasStarted}, and yes where a pod was there that nobody saw. */
export function mayHaveStarted({ pod, job, container }: Evidence): boolean {
  return pod ? hasStarted({ pod, container }) : job !== null && hadPods(job);
}

/** A container that "ended" because its first process could not be started. */
export function isStartError({ reason }: Pick<ContainerEnd, "reason">): boolean {
  return reason === "StartError" || reason === "ContainerCannotRun";
}

/**
 * When it ends a pod, the kubelet says 137 of a container that it has never made; it says more of one that it has lost
 * (kubelet, `convertToAPIContainerStatuses`; the first was recorded, see `pod-deleted-while-it-was-created`).
 */
function wasNeverMade({ reason, message = "" }: ContainerEnd): boolean {
  return reason === "ContainerStatusUnknown" && !message.includes("used to be Running");
}

function hadPods({ status = {} }: Job): boolean {
  return [status.active, status.failed, status.succeeded, status.terminating].some((count) => (count ?? 0) > 0);
}
