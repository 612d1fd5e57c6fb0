import { eventsOf, type Event, type ObservedJob } from "@opencode-k8s/k8s-kit";

/** An image that a node did not have. */
export interface Pull {
  readonly container: string;
  readonly begunAt: Date;
  readonly endedAt: Date;
}

/** The kubelet's message, with a duration as Go prints it: `Successfully pulled image "x" in 1m2.5s (1m2.5s including waiting). Image size: …`. */
const PULLED = /^Successfully pulled image .* in \S+ \(((?:\d+h)?(?:\d+m)?(?:[\d.]+m?s)?) including waiting\)/;
const PART = /([\d.]+)(h|ms|m|s)/g;
const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/**
 * What was pulled for a pod, in one request: its status does not tell. The times are those of the node, to the second.
 * Nothing where events may not be listed; never rejects.
 */
export async function pullsOf(job: ObservedJob, signal: AbortSignal): Promise<Pull[]> {
  const uid = job.pod?.metadata?.uid ?? "";
  try {
    return (await eventsOf(job.cluster, job.ref.namespace, uid, signal)).flatMap(pullOf);
  } catch {
    return [];
  }
}

export function pullOf({ reason, message = "", firstTimestamp, involvedObject }: Event): Pull[] {
  const took = PULLED.exec(message)?.[1];
  if (reason !== "Pulled" || took === undefined || !firstTimestamp) return [];
  const ended = Date.parse(firstTimestamp);
  const ms = [...took.matchAll(PART)].reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (UNIT_MS[unit] ?? 0),
    0,
  );
  const container = /\{(.*)\}/.exec(involvedObject.fieldPath ?? "")?.[1] ?? "";
  return [{ container, begunAt: new Date(ended - ms), endedAt: new Date(ended) }];
}
