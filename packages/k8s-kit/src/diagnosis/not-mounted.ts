import type { Evidence, Finding } from "./diagnosis.ts";
import { isBeforeStart } from "./stuck-container.ts";

const FAILED = /^Failed(Mount|AttachVolume|Binding|MapVolume)$/;
/** What the kubelet does once the volumes are mounted. */
const AFTER = /^(Pulling|Pulled|Created|Started|BackOff|Failed)$/;
/** A volume that another pod still holds: it comes free when that one ends. */
const HELD = /Multi-Attach|already (used|attached)/i;

/** A volume cannot be mounted. Only events say so: the container goes on saying `ContainerCreating`. */
export function notMounted(evidence: Evidence): Finding | null {
  const { events = [] } = evidence;
  const failed = events.findLastIndex(({ reason }) => FAILED.test(reason ?? ""));
  // Mounted meanwhile: the event tells of the past.
  const mounted = events.findLastIndex(({ reason }) => AFTER.test(reason ?? ""));
  const event = events[failed];
  if (!event || mounted > failed || !isBeforeStart(evidence)) return null;
  const detail = event.message ?? "";
  return {
    category: "volume",
    summary: "A volume cannot be mounted",
    detail,
    remedy:
      "Check that what the message names exists (a Secret, a ConfigMap, a path), or that the claim is bound and no other node holds it.",
    retryable: HELD.test(detail),
    final: false,
  };
}
