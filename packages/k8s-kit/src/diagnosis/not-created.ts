import { explainEnd, isSidecar } from "./container-end.ts";
import type { Pod } from "../objects.ts";
import type { Evidence, Finding } from "./diagnosis.ts";
import { isWaitingFor, stuckContainer } from "./stuck-container.ts";

/** A container cannot be created: the kubelet goes on trying, and what is missing may come. */
export function notCreated(evidence: Evidence): Finding | null {
  const stuck = stuckContainer(
    evidence,
    isWaitingFor(/^(CreateContainerConfigError|CreateContainerError|RunContainerError)$/),
  );
  if (!stuck) return null;
  return {
    category: "container_config",
    summary: `Container ${stuck.name} cannot be created`,
    detail: stuck.state?.waiting?.message ?? "",
    remedy: "The message names what is wrong: a Secret, ConfigMap or key that is missing, a path, a command, a user.",
    retryable: false,
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
