import type { V1NetworkPolicy } from "@kubernetes/client-node";
import type { RunInput } from "../input/run-input.ts";
import { AGENT_JOB_LABELS, keptLabels } from "../labels.ts";
import { networkPolicyName } from "../names.ts";
import { policySpec } from "./policy-spec.ts";

/**
 * The NetworkPolicy of all pods of an agent, or nothing where none is asked for. It is there before a pod is, and outlives it:
 * one that its Job owned would be gone as soon as the Job is deleted, while the pod still has its grace to end (measured on
 * Kubernetes 1.35). So the agent's last one stays in force until somebody deletes it.
 * @throws {ManifestError} naming the field of `networkPolicy`.
 */
export function agentNetworkPolicy({ networkPolicy, namespace, agentId }: RunInput): V1NetworkPolicy | undefined {
  if (networkPolicy === undefined) return undefined;
  const labels = keptLabels(agentId);
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: networkPolicyName(agentId), namespace, labels },
    spec: policySpec("networkPolicy.", networkPolicy, {
      ...AGENT_JOB_LABELS,
      "paperclip.io/agent-id": labels["paperclip.io/agent-id"] ?? "",
    }),
  };
}
