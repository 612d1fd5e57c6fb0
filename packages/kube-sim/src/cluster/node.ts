import { CLAIMS, PODS } from "../api/resources.ts";
import type { Store } from "../store/store.ts";
import type { Claim, Pod } from "../wire.ts";
import { quantity } from "./quantity.ts";

/** The cluster's one node. */
export interface Node {
  readonly name: string;
  readonly ip: string;
  /** The zone in which containerd stamps log lines, minutes east of Greenwich. */
  readonly utcOffsetMinutes: number;
  /** What pods may request together. */
  readonly allocatable: Record<string, string>;
  /** Set by a test: the scheduler's words for why nothing fits, for example `1 node(s) had untolerated taint(s)`. */
  unschedulable: string | undefined;
}

/** The name, fields and order of the scheduler's message when no node fits; undefined when the pod fits. */
export function whyUnschedulable(store: Store, node: Node, pod: Pod): string | undefined {
  const complaint = claimComplaint(store, pod) ?? node.unschedulable ?? resourceComplaint(store, node, pod);
  if (complaint === undefined) return undefined;
  const preemption =
    "no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
  return `0/1 nodes are available: ${complaint}. ${preemption}`;
}

function claimComplaint(store: Store, pod: Pod): string | undefined {
  for (const { persistentVolumeClaim: source } of pod.spec.volumes ?? []) {
    if (!source) continue;
    const claim = store.get<Claim>(CLAIMS, pod.metadata.namespace, source.claimName);
    if (!claim) return `persistentvolumeclaim "${source.claimName}" not found`;
    if (claim.status?.phase !== "Bound" && !waitsForConsumer(claim))
      return "pod has unbound immediate PersistentVolumeClaims";
  }
  return undefined;
}

/** Classes whose volumes are made where the first pod lands; by name, as is usual for such classes. */
export function waitsForConsumer(claim: Claim): boolean {
  return claim.spec?.storageClassName?.endsWith("-wffc") ?? false;
}

function resourceComplaint(store: Store, node: Node, pod: Pod): string | undefined {
  const wanted = requestsOf(pod);
  const others = store.list<Pod>(PODS).filter((other) => other.spec.nodeName === node.name && !isOver(other));
  const short = Object.keys(wanted).filter((name) => {
    const used = others.reduce((sum, other) => sum + (requestsOf(other)[name] ?? 0), 0);
    const capacity = node.allocatable[name];
    return used + (wanted[name] ?? 0) > (capacity === undefined ? 0 : quantity(capacity));
  });
  return short.length > 0 ? `1 ${short.map((name) => `Insufficient ${name}`).join(", 1 ")}` : undefined;
}

function isOver({ status }: Pod): boolean {
  return status.phase === "Succeeded" || status.phase === "Failed";
}

/** A pod's effective requests: the sum of its containers, or the largest of its init containers if that is more. */
function requestsOf({ spec }: Pod): Record<string, number> {
  const total: Record<string, number> = {};
  for (const { resources } of spec.containers) {
    for (const [name, text] of Object.entries(resources?.requests ?? {}))
      total[name] = (total[name] ?? 0) + quantity(text);
  }
  for (const { resources } of spec.initContainers ?? []) {
    for (const [name, text] of Object.entries(resources?.requests ?? {}))
      total[name] = Math.max(total[name] ?? 0, quantity(text));
  }
  return total;
}
