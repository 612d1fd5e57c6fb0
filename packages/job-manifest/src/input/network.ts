/** Whom the pod of a run may speak to. */
export interface RunNetwork {
  /**
   * A NetworkPolicy for the agent's pods: nobody may speak to them, and they to nobody but these. Any network unless given.
   * It holds only where the cluster's CNI enforces NetworkPolicies: the API server takes it anywhere, without a word.
   * What else it cannot do is said of `buildNetworkPolicy`.
   */
  networkPolicy?: AllowedTraffic;
}

export interface AllowedTraffic {
  /** Where names are resolved, on port 53 over UDP and TCP. */
  dns: Destination;
  /** Where pods reach Paperclip's API. A Service is an address that is translated: give the port of its pods. */
  paperclip?: Destination & { port: number };
  /** Model providers, registries of packages, git servers; TCP, all ports unless given. */
  egress?: readonly { cidrs: readonly string[]; ports?: readonly number[] }[];
}

/** Addresses, or the pods of a namespace that have all of these labels. */
export type Destination =
  | { cidrs: readonly string[] }
  | { namespace: string; podLabels?: Readonly<Record<string, string>> };
