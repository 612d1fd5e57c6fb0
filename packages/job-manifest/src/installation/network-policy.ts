import type {
  V1NetworkPolicy,
  V1NetworkPolicyEgressRule,
  V1NetworkPolicyPeer,
  V1NetworkPolicyPort,
} from "@kubernetes/client-node";
import { dnsLabel, exactLabelValue, labelKey, objectName, refused } from "../values/kubernetes-names.ts";
import { AGENT_JOB_LABELS } from "../labels.ts";
import { cidrBlock } from "./cidr.ts";

/** Whom agents may speak to. Nobody may speak to them. */
export interface NetworkPolicyInput {
  /** Of the Jobs. */
  namespace: string;
  /** `opencode-k8s` unless given. */
  name?: string;
  /** Where names are resolved, on port 53 over UDP and TCP. */
  dns: Destination;
  /** Where pods reach Paperclip's API. A Service is an address that is translated: give the port of its pods. */
  paperclip?: Destination & { port: number };
  /** Model providers, registries of packages, git servers. */
  egress?: readonly { cidrs: readonly string[]; ports?: readonly number[] }[];
}

/** Addresses, or the pods of a namespace that have all of these labels. */
export type Destination =
  | { cidrs: readonly string[] }
  | { namespace: string; podLabels?: Readonly<Record<string, string>> };

/**
 * Denies the agents' pods everything that is not listed, in both directions. What it cannot do:
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
  const { name = "opencode-k8s", dns, paperclip, egress = [] } = input;
  const rules: V1NetworkPolicyEgressRule[] = [
    {
      to: peers("dns", dns),
      ports: ["UDP", "TCP"].map((protocol) => ({ protocol, port: 53 })),
    },
    ...(paperclip === undefined
      ? []
      : [{ to: peers("paperclip", paperclip), ports: [tcp("paperclip.port", paperclip.port)] }]),
    ...egress.map(({ cidrs, ports }, index) => ({
      to: peers(`egress[${index}]`, { cidrs }),
      ...(ports === undefined ? {} : { ports: tcpPorts(`egress[${index}].ports`, ports) }),
    })),
  ];
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: objectName("name", name), namespace: dnsLabel("namespace", input.namespace) },
    spec: {
      podSelector: { matchLabels: { ...AGENT_JOB_LABELS } },
      policyTypes: ["Ingress", "Egress"],
      ingress: [],
      egress: rules,
    },
  };
}

function peers(field: string, destination: Destination): V1NetworkPolicyPeer[] {
  if ("cidrs" in destination) {
    // No peers at all would be everybody.
    if (destination.cidrs.length === 0) throw refused(`${field}.cidrs`, [], "give at least one, or leave it all out");
    return destination.cidrs.map((cidr, index) => ({ ipBlock: { cidr: cidrBlock(`${field}.cidrs[${index}]`, cidr) } }));
  }
  const { namespace, podLabels } = destination;
  const named = dnsLabel(`${field}.namespace`, namespace);
  for (const [key, value] of Object.entries(podLabels ?? {}))
    exactLabelValue(`${field}.podLabels[${JSON.stringify(labelKey(`${field}.podLabels`, key))}]`, value);
  return [
    {
      // The API server gives each namespace this label.
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": named } },
      ...(podLabels === undefined ? {} : { podSelector: { matchLabels: { ...podLabels } } }),
    },
  ];
}

function tcpPorts(field: string, ports: readonly number[]): V1NetworkPolicyPort[] {
  // No ports at all would be all of them.
  if (ports.length === 0) throw refused(field, [], "give at least one, or leave it out for all");
  return ports.map((port, index) => tcp(`${field}[${index}]`, port));
}

function tcp(field: string, port: number): V1NetworkPolicyPort {
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return { protocol: "TCP", port };
  throw refused(field, port, "give a port, 1 to 65535");
}
