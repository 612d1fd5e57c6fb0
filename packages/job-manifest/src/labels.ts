import type { RunInput } from "./run-input.ts";
import { labelValue } from "./names.ts";
import { deliverable, required } from "./text.ts";

/** Version of the contract between a Job and whoever observes it: labels, container, receipt. */
export const PROTOCOL = 1;

/** Label that carries {@link PROTOCOL}; Jobs of the predecessor have none. */
export const PROTOCOL_LABEL = "paperclip.io/protocol";

/** Selects the Jobs and the pods of all agents, the predecessor's included. */
export const AGENT_JOB_SELECTOR = "app.kubernetes.io/managed-by=paperclip,app.kubernetes.io/component=agent-job";

/** Selects the Jobs and the pods of one agent. */
export function agentSelector(agentId: string): string {
  return `${AGENT_JOB_SELECTOR},paperclip.io/agent-id=${labelValue(agentId)}`;
}

/** Labels of every object of a run, and of its pod. */
export function runLabels(input: RunInput): Record<string, string> {
  return {
    "app.kubernetes.io/managed-by": "paperclip",
    "app.kubernetes.io/component": "agent-job",
    "paperclip.io/adapter-type": "opencode_k8s",
    [PROTOCOL_LABEL]: String(PROTOCOL),
    "paperclip.io/agent-id": labelValue(required("agentId", input.agentId)),
    "paperclip.io/run-id": labelValue(required("runId", input.runId)),
    "paperclip.io/company-id": labelValue(required("companyId", input.companyId)),
    ...(input.taskId ? { "paperclip.io/task-id": labelValue(deliverable("taskId", input.taskId)) } : {}),
    ...(input.sessionId ? { "paperclip.io/session-id": labelValue(deliverable("sessionId", input.sessionId)) } : {}),
  };
}

/** Annotations of every object of a run, and of its pod: what a person wants to read, whole. */
export function runAnnotations(input: RunInput): Record<string, string> {
  return {
    "paperclip.io/adapter-type": "opencode_k8s",
    "paperclip.io/agent-name": deliverable("agentName", input.agentName),
  };
}
