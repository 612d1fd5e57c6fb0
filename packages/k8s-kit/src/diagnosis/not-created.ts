import { explainEnd, isSidecar } from "./container-end.ts";
import type { Pod } from "../objects.ts";
import type { Evidence, Finding } from "./diagnosis.ts";
import { isWaitingFor, stuckContainer } from "./stuck-container.ts";

/** Nothing is missing that is known of: a busy kubelet says so at first (observed on 1.35). */
const IS_SLOW = /failed to sync (secret|configmap) cache/;

/** A container cannot be created: the kubelet goes on trying, and what is missing may come. */
export function notCreated(evidence: Evidence): Finding | null {
  const stuck = stuckContainer(
    evidence,
    isWaitingFor(/^(CreateContainerConfigError|CreateContainerError|RunContainerError)$/),
  );
  if (!stuck) return null;
  const detail = stuck.state?.waiting?.message ?? "";
  const isSlow = IS_SLOW.test(detail);
  return {
    category: "container_config",
    summary: `Container ${stuck.name} cannot be created${isSlow ? " yet" : ""}`,
    detail,
    remedy: isSlow
      ? "The node is slow to get what the pod refers to, and tries again by itself: look at its load, and at its way to the API server."
      : "The message names what is wrong: a Secret, ConfigMap or key that is missing, a path, a command, a user.",
    retryable: isSlow,
    final: false,
  };
}

/** A container ended, and is started again by the kubelet: why it ended the last time. */
export function restarting(evidence: Evidence): Finding | null {
  const stuck = stuckContainer(evidence, isWaitingFor(/^CrashLoopBackOff$/));
  const end = stuck?.lastState?.terminated;
  if (!stuck || !end) return null;
  const finding = explainEnd(`${kindOf(evidence.pod, stuck.name)} ${stuck.name}`, end);
  const summary = `${finding.summary}, and is started again; restarts so far: ${stuck.restartCount}`;
  return { ...finding, summary, final: false };
}

function kindOf(pod: Pod | null, name: string): string {
  if (isSidecar(pod, name)) return "Sidecar";
  return pod?.spec?.initContainers?.some((each) => each.name === name) ? "Init container" : "Container";
}
