import type {
  V1NetworkPolicyEgressRule,
  V1NetworkPolicyPeer,
  V1NetworkPolicyPort,
  V1NetworkPolicySpec,
} from "@kubernetes/client-node";
import type { AllowedTraffic, Destination } from "../input/network.ts";
import { dnsLabel, exactLabelValue, labelKey, refused } from "../values/kubernetes-names.ts";
import { cidrBlock } from "./cidr.ts";

/**
 * Denies the pods with these labels everything that is not listed, in both directions.
 * @param field what stands before the names of fields in messages: "", or `networkPolicy.`
 * @throws {ManifestError} naming the field that the API server would refuse, or that would allow nothing or everybody.
 */
export function policySpec(
  field: string,
  { dns, paperclip, egress = [] }: AllowedTraffic,
  matchLabels: Readonly<Record<string, string>>,
): V1NetworkPolicySpec {
  const rules: V1NetworkPolicyEgressRule[] = [
    {
      to: peers(`${field}dns`, dns),
      ports: ["UDP", "TCP"].map((protocol) => ({ protocol, port: 53 })),
    },
    ...(paperclip === undefined
      ? []
      : [{ to: peers(`${field}paperclip`, paperclip), ports: [tcp(`${field}paperclip.port`, paperclip.port)] }]),
    ...egress.map(({ cidrs, ports }, index) => {
      const named = `${field}egress[${index}]`;
      return {
        to: peers(named, { cidrs }),
        ...(ports === undefined ? {} : { ports: tcpPorts(`${named}.ports`, ports) }),
      };
    }),
  ];
  return {
    podSelector: { matchLabels: { ...matchLabels } },
    policyTypes: ["Ingress", "Egress"],
    ingress: [],
    egress: rules,
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
