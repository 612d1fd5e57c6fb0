import type { RunInput } from "./input/run-input.ts";
import { exactLabelValue, labelKey, refused } from "./values/kubernetes-names.ts";
import { ManifestError } from "./values/manifest-error.ts";
import { labelValue } from "./names.ts";
import { byteLength, deliverable, required } from "./values/text.ts";

/** Version of the contract between a Job and whoever observes it: labels, container, receipt. */
export const PROTOCOL = 1;

/** Label that carries {@link PROTOCOL}; Jobs of the predecessor have none. */
export const PROTOCOL_LABEL = "paperclip.io/protocol";

/** What the Jobs and the pods of all agents have, the predecessor's included. */
export const AGENT_JOB_LABELS = {
  "app.kubernetes.io/managed-by": "paperclip",
  "app.kubernetes.io/component": "agent-job",
} as const;

/** Selects the Jobs and the pods of all agents, the predecessor's included. */
export const AGENT_JOB_SELECTOR: string = Object.entries(AGENT_JOB_LABELS)
  .map(([key, value]) => `${key}=${value}`)
  .join(",");

/** Selects the Jobs and the pods of one agent. */
export function agentSelector(agentId: string): string {
  return `${AGENT_JOB_SELECTOR},paperclip.io/agent-id=${labelValue(agentId)}`;
}

/** Labels of what an agent has besides its runs, and keeps. */
export function keptLabels(agentId: string): Record<string, string> {
  return {
    "app.kubernetes.io/managed-by": AGENT_JOB_LABELS["app.kubernetes.io/managed-by"],
    "paperclip.io/adapter-type": "opencode_k8s",
    "paperclip.io/agent-id": labelValue(required("agentId", agentId)),
  };
}

/** Labels of every object of a run, and of its pod. */
export function runLabels(input: RunInput): Record<string, string> {
  return {
    ...checkLabels("labels", input.labels ?? {}),
    ...AGENT_JOB_LABELS,
    "paperclip.io/adapter-type": "opencode_k8s",
    [PROTOCOL_LABEL]: String(PROTOCOL),
    "paperclip.io/agent-id": labelValue(required("agentId", input.agentId)),
    "paperclip.io/run-id": labelValue(required("runId", input.runId)),
    "paperclip.io/company-id": labelValue(required("companyId", input.companyId)),
    ...(input.taskId ? { "paperclip.io/task-id": labelValue(deliverable("taskId", input.taskId)) } : {}),
    ...(input.sessionId ? { "paperclip.io/session-id": labelValue(deliverable("sessionId", input.sessionId)) } : {}),
  };
}

/**
 * Annotations of every object of a run, and of its pod: what a person wants to read, whole.
 * @throws {ManifestError} naming the annotation; also when they are too long together.
 */
export function runAnnotations(input: RunInput): Record<string, string> {
  for (const [key, value] of Object.entries(input.annotations ?? {})) {
    userKey("annotations", key);
    deliverable(`annotations[${JSON.stringify(key)}]`, value);
  }
  const annotations = {
    ...input.annotations,
    "paperclip.io/adapter-type": "opencode_k8s",
    "paperclip.io/agent-name": deliverable("agentName", input.agentName),
  };
  const total = Object.entries(annotations).reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  if (total <= MAX_ANNOTATION_BYTES) return annotations;
  const field = byteLength(input.agentName) > total / 2 ? "agentName" : "annotations";
  const remedy = `Kubernetes takes ${MAX_ANNOTATION_BYTES} of an object; shorten them`;
  throw new ManifestError(field, `makes annotations of ${total} bytes`, remedy);
}

/** Kubernetes' limit for all annotations of an object (TotalAnnotationSizeLimitB). */
const MAX_ANNOTATION_BYTES = 256 * 1024;

/**
 * Labels that a user gives.
 * @throws {ManifestError} naming the key: reserved, or a key or value that no label has.
 */
export function checkLabels(field: string, labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [key, value] of Object.entries(labels)) {
    userKey(field, key);
    exactLabelValue(`${field}[${JSON.stringify(key)}]`, value);
  }
  return labels;
}

/** Paperclip's, what Jobs are selected by, what the Job controller sets, and annotations that weaken a sandbox. */
const RESERVED_KEY =
  /^(paperclip\.io\/|batch\.kubernetes\.io\/|app\.kubernetes\.io\/(managed-by|component)$|job-name$|controller-uid$|([^/]*\.)?security\.(alpha|beta)\.kubernetes\.io\/)/;

function userKey(field: string, key: string): void {
  if (RESERVED_KEY.test(labelKey(field, key))) throw refused(field, key, "choose another key: this one is reserved");
}
