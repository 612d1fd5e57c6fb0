import { createHash } from "node:crypto";

/** Longest name of a Job: its pods add `-xxxxx` and must still fit a DNS label, for they become host names. */
const MAX_JOB_NAME = 57;
/** Longest value of a label. */
const MAX_LABEL_VALUE = 63;
/** Longest name of a Secret or a claim (DNS subdomain). */
const MAX_NAME = 253;

/**
 * Name of the Job of a run: `agent-opencode-<agent>-<run>-<hash>`. The same run always gets the same name, so that
 * creating it twice is seen as a conflict; the hash keeps apart what shortening made equal.
 */
export function jobName(run: { agentId: string; runId: string }): string {
  const parts = ["agent-opencode", slug(run.agentId, 12), slug(run.runId, 12), digest(run.agentId, run.runId)];
  return parts
    .filter((part) => part !== "")
    .join("-")
    .slice(0, MAX_JOB_NAME);
}

/** Name of a Secret of a run: `<job>-input`; those that a run of more than 1 MiB has besides, `<job>-input-1` and on. */
export function secretName(run: { agentId: string; runId: string }, index: number = 0): string {
  return `${jobName(run)}-input${index === 0 ? "" : `-${index}`}`;
}

/** Name of the claim that holds an agent's OpenCode database: `opencode-db-<agent id>`. */
export function claimName(agentId: string): string {
  return nameOf("opencode-db", agentId);
}

/** Name of the NetworkPolicy of an agent's pods: `opencode-network-<agent id>`. */
export function networkPolicyName(agentId: string): string {
  return nameOf("opencode-network", agentId);
}

/** Of an object that an agent has one of. */
function nameOf(prefix: string, agentId: string): string {
  const plain = `${prefix}-${agentId}`;
  if (plain.length <= MAX_NAME && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(plain)) return plain;
  return [prefix, slug(agentId, 36), digest(agentId)].filter((part) => part !== "").join("-");
}

/** Name of the Lease by which at most one run of an agent is under way, or, with a task, one of each task. */
export function leaseName(agentId: string, taskId: string | null = null): string {
  const ids = taskId === null ? [agentId] : [agentId, taskId];
  const plain = ["opencode-agent", ...ids].join("-");
  if (taskId === null && plain.length <= MAX_NAME && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(plain)) return plain;
  return ["opencode-agent", ...ids.map((id) => slug(id, 36)), digest(...ids)].filter((part) => part !== "").join("-");
}

/** The text as the value of a label; text that is none is shortened and gets a hash, so that two never become one. */
export function labelValue(text: string): string {
  if (text.length <= MAX_LABEL_VALUE && /^([A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?)?$/.test(text)) return text;
  const readable = text
    .replaceAll(/[^-_.A-Za-z0-9]+/g, "-")
    .replace(/^[-_.]+/, "")
    .slice(0, 48);
  return `${readable}${readable === "" ? "" : "-"}${digest(text)}`;
}

function slug(text: string, length: number): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, length)
    .replace(/-+$/, "");
}

/** Eight hexadecimal digits; the parts are delimited, so that `ab, c` and `a, bc` differ. */
function digest(...parts: string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 8);
}
