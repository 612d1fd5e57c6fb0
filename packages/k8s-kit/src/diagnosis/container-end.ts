import { jobState } from "../jobs/job-state.ts";
import type { ContainerEnd } from "../jobs/pod-state.ts";
import type { Pod } from "../objects.ts";
import type { Evidence, Finding } from "./diagnosis.ts";
import { words } from "./diagnosis.ts";
import { isStopSignal, signalOf } from "./signals.ts";
import { isStartError } from "./started.ts";
import { endedByDeletion, isDeleted, mainEnd } from "./stopped.ts";

/** An init container ended badly: the main one never comes. */
export function initContainerEnd(evidence: Evidence): Finding | null {
  const { pod } = evidence;
  for (const { name, state } of pod?.status?.initContainerStatuses ?? []) {
    const end = state?.terminated;
    if (!end || end.exitCode === 0 || isSidecar(pod, name)) continue;
    const stopped = isDeleted(evidence) && isStopSignal(end.exitCode) && end.reason !== "OOMKilled";
    return stopped ? null : explainEnd(`Init container ${name}`, end);
  }
  return null;
}

/** The main container ended badly, by itself or by something that left no other trace. */
export function mainContainerEnd(evidence: Evidence): Finding | null {
  const end = mainEnd(evidence);
  if (!end || end.exitCode === 0) return null;
  // Told to stop, a program may end with any code. What its own memory or command did to it is its own.
  if (endedByDeletion(evidence) && end.reason !== "OOMKilled" && !isStartError(end)) return null;
  const finding = explainEnd(`Container ${evidence.container}`, end);
  const verdict = evidence.job && jobState(evidence.job);
  const policy = verdict?.kind === "failed" && verdict.reason === "PodFailurePolicy" ? verdict.message : undefined;
  return { ...finding, detail: words(finding.detail, policy) };
}

/**
 * Another container ended badly while the main one did its work, and failed the pod. Those that were told to stop, as sidecars
 * are when the main one is over, are fine.
 */
export function sidecarEnd({ pod, container }: Evidence): Finding | null {
  if (pod?.status?.phase !== "Failed") return null;
  for (const status of pod.status.containerStatuses ?? []) {
    const end = status.state?.terminated;
    if (status.name === container || !end || end.exitCode === 0 || isStopSignal(end.exitCode)) continue;
    return explainEnd(`Container ${status.name}, beside ${container},`, end);
  }
  return null;
}

/** Did the main container end with 0, and was that its own end? */
export function hasSucceeded(evidence: Evidence): boolean {
  return mainEnd(evidence)?.exitCode === 0 && !endedByDeletion(evidence);
}

/** An init container that is to run beside the main one (Kubernetes 1.29): its end is not the pod's. */
export function isSidecar(pod: Pod | null, name: string): boolean {
  return pod?.spec?.initContainers?.some((each) => each.name === name && each.restartPolicy === "Always") ?? false;
}

/** Why a container ended with another code than 0. */
export function explainEnd(who: string, end: ContainerEnd): Finding {
  const { exitCode, message = "" } = end;
  const common = { detail: words(message), retryable: false, final: true };
  if (end.reason === "OOMKilled") {
    const remedy = "Raise resources.limits.memory of the container, and its request with it.";
    return { ...common, category: "oom", summary: `${who} ran out of memory and was killed`, remedy };
  }
  if (isStartError(end)) {
    const remedy = "Check its command, and that the image has it, may run it, and fits the node's architecture.";
    return { ...common, category: "container_config", summary: `${who} could not be started`, remedy };
  }
  if (isStopSignal(exitCode)) {
    const remedy = "Something outside stopped it; if its memory was near the limit, raise resources.limits.memory.";
    return { ...common, category: "killed", summary: `${who} was ended by ${signalOf(exitCode)}`, remedy };
  }
  const signal = signalOf(exitCode);
  const summary = `${who} ended with exit code ${exitCode}${signal === undefined ? "" : ` (${signal})`}`;
  return { ...common, category: "exit_code", summary, remedy: "See the message and the end of the container's log." };
}
