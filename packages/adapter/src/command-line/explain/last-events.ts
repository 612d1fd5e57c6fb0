import { collectionPath, type Event } from "@opencode-k8s/k8s-kit";
import type { Where } from "../runs/find-run.ts";
import { inWords } from "../output/span.ts";

/** As much of a run's id as its Job's name has. */
const ID_CHARACTERS = 12;
/** Fewer characters are the beginning of too many. */
const LEAST_CHARACTERS = 4;

/**
 * What the cluster still says of a run whose Job is gone: it keeps events for an hour unless it was told otherwise. Empty also where
 * they may not be listed.
 * @throws the signal's reason
 */
export async function lastEvents({ cluster, namespace }: Where, text: string, signal: AbortSignal): Promise<string[]> {
  const part = text.toLowerCase().startsWith("agent-opencode-")
    ? text
    : text.toLowerCase().slice(0, ID_CHARACTERS).replace(/-+$/, "");
  if (part.length < LEAST_CHARACTERS) return [];
  const isMeant = ({ involvedObject: { kind = "", name = "" } }: Event): boolean =>
    ["Job", "Pod"].includes(kind) && name.startsWith("agent-opencode-") && `${name}-`.includes(part);
  try {
    const { items } = await cluster.request<{ items?: readonly Event[] | null }>(
      "GET",
      collectionPath.events(namespace),
      { signal },
    );
    const found = (items ?? []).filter(isMeant).toSorted((one, other) => timeOf(one) - timeOf(other));
    return found.map((event) => inLine(event, cluster.clock.now()));
  } catch {
    signal.throwIfAborted();
    return [];
  }
}

function inLine(event: Event, now: number): string {
  const { involvedObject, reason = "", message = "" } = event;
  return `  ${inWords(now - timeOf(event))} ago  ${involvedObject.kind} ${involvedObject.name}: ${reason}: ${message}`;
}

function timeOf({ lastTimestamp, eventTime, metadata }: Event): number {
  return new Date(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0).getTime();
}
