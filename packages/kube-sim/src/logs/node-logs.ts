import type { ContainerLog } from "./container-log.ts";

interface Kept {
  id: string;
  log: ContainerLog;
}

/**
 * The log files of a node: one for each time that a container was started. As on a real node, only the newest dead
 * instance of a container keeps its file; of one that is older the API can only say that it cannot be read.
 */
export class NodeLogs {
  /** By pod uid and container name; the newest instance last. */
  readonly #byContainer = new Map<string, Map<string, Kept[]>>();
  readonly #byId = new Map<string, ContainerLog>();

  /** A container was started, under a new id. */
  add(podUid: string, container: string, id: string, log: ContainerLog): void {
    const ofPod = this.#byContainer.get(podUid) ?? new Map<string, Kept[]>();
    this.#byContainer.set(podUid, ofPod);
    ofPod.set(container, [...(ofPod.get(container) ?? []), { id, log }]);
    this.#byId.set(id, log);
  }

  /** The log of one instance, by its container id. */
  get(id: string): ContainerLog | undefined {
    return this.#byId.get(id);
  }

  /** The log of the newest instance. */
  newest(podUid: string, container: string): ContainerLog | undefined {
    return this.#byContainer.get(podUid)?.get(container)?.at(-1)?.log;
  }

  /** The newest instance is over: the one before it goes. */
  dropOlder(podUid: string, container: string): void {
    const kept = this.#byContainer.get(podUid)?.get(container) ?? [];
    for (const { id } of kept.splice(0, kept.length - 1)) this.#byId.delete(id);
  }

  dropPod(podUid: string): void {
    for (const kept of this.#byContainer.get(podUid)?.values() ?? []) for (const { id } of kept) this.#byId.delete(id);
    this.#byContainer.delete(podUid);
  }
}
