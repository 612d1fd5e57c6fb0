import { PODS } from "../api/resources.ts";
import type { Change } from "../store/store.ts";
import type { Pod } from "../wire.ts";
import { PodWorker } from "./pod-worker.ts";
import { later, type World } from "./world.ts";

/** The node's agent, together with the scheduler that feeds it: one worker for each pod. */
export class Kubelet {
  readonly #world: World;
  readonly #workers = new Map<string, { worker: PodWorker; done: Promise<void> }>();

  constructor(world: World) {
    this.#world = world;
    world.store.subscribe((change) => {
      if (change.resource === PODS) this.#onPod(change);
    });
  }

  worker(pod: Pod): PodWorker | undefined {
    return this.#workers.get(pod.metadata.uid)?.worker;
  }

  #onPod({ type, object }: Change): void {
    const pod = object as Pod;
    const { uid, deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
    if (type === "ADDED") {
      const worker = new PodWorker(this.#world, pod);
      const done = worker.run();
      this.#workers.set(uid, { worker, done });
    } else if (type === "DELETED") {
      this.#forget(pod);
    } else if (deletionTimestamp) {
      this.#onceUp(() => this.#workers.get(uid)?.worker.stop(deletionGracePeriodSeconds * 1000));
    }
  }

  /** The object is gone: end what still runs, then what the node keeps of the pod. */
  #forget(pod: Pod): void {
    const { uid } = pod.metadata;
    const entry = this.#workers.get(uid);
    this.#onceUp(() => entry?.worker.stop(0));
    this.#workers.delete(uid);
    const clean = async (): Promise<void> => {
      await entry?.done;
      this.#world.logs.dropPod(uid);
      this.#world.runtime.podRemoved?.(pod);
    };
    void clean();
  }

  /** A kubelet that is down hears of it when it is up again. */
  #onceUp(action: () => void): void {
    const { health, closed } = this.#world;
    if (health.isUp) return action();
    later(this.#world, 0, async () => {
      await health.untilUp(closed);
      action();
    });
  }
}
