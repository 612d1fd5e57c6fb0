import type { V1NetworkPolicy } from "@kubernetes/client-node";
import type { AllowedTraffic } from "../input/network.ts";
import { AGENT_JOB_LABELS } from "../labels.ts";
import { policySpec } from "../network/policy-spec.ts";
import { dnsLabel, objectName } from "../values/kubernetes-names.ts";

/** Whom all agents of a namespace may speak to. */
export interface NetworkPolicyInput extends AllowedTraffic {
  /** Of the Jobs. */
  namespace: string;
  /** `opencode-k8s` unless given. */
  name?: string;
}

/**
 * Denies the agents' pods, the predecessor's included, everything that is not listed, in both directions. It is applied once,
 * by whoever runs the cluster. What it cannot do:
 *
 * - It knows addresses, no host names: the CIDRs of a provider behind a content network are those of many others, and change.
 *   For names, put a proxy at one address, or use what the CNI has (Cilium's `toFQDNs`).
 * - It holds only where the cluster's CNI enforces NetworkPolicies. The API server takes it anywhere.
 * - Who may resolve names may carry data out in them, where the resolver asks the world.
 * - Policies add up: another one that selects these pods may allow more.
 *
 * @throws {ManifestError} naming the field that the API server would refuse, or that would allow nothing.
 */
export function buildNetworkPolicy(input: NetworkPolicyInput): V1NetworkPolicy {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: {
      name: objectName("name", input.name ?? "opencode-k8s"),
      namespace: dnsLabel("namespace", input.namespace),
    },
    spec: policySpec("", input, AGENT_JOB_LABELS),
  };
}
