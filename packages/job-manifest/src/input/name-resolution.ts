import type { V1PodDNSConfig } from "@kubernetes/client-node";

/** How the pod of a run finds hosts by their names. */
export interface RunNameResolution {
  dnsPolicy?: "ClusterFirst" | "ClusterFirstWithHostNet" | "Default" | "None";
  /** Must have a nameserver where `dnsPolicy` is `None`. */
  dnsConfig?: V1PodDNSConfig;
}
