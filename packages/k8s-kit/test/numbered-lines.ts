import type { ContainerIo } from "@opencode-k8s/kube-sim";
import type { LogEvent } from "../src/index.ts";
import type { SimCluster } from "./sim-cluster.ts";

/** `line 1` and so on. */
export function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `line ${index + 1}`);
}

/** A container that prints `count` lines, one every `everyMs`. */
export function ticking(count: number, everyMs: number) {
  return async (io: ContainerIo): Promise<number> => {
    for (const line of numbered(count)) {
      io.print(`${line}\n`);
      await io.sleep(everyMs);
    }
    return 0;
  };
}

/** The lines that were delivered. */
export function texts(events: readonly LogEvent[]): string[] {
  return events.flatMap((event) => (event.type === "line" ? [event.text] : []));
}

/** Which requests are for a log. */
export const LOG = { resource: "pods/log" };

/** How often a log was asked for. */
export function logRequests({ sim }: SimCluster): number {
  return sim.requests.filter(({ resource }) => resource === LOG.resource).length;
}
