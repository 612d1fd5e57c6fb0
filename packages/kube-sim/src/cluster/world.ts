import type { Clock } from "../clock.ts";
import type { ContainerRuntime } from "../containers/runtime.ts";
import type { LogRotation } from "../logs/container-log.ts";
import type { NodeLogs } from "../logs/node-logs.ts";
import type { Random } from "../random.ts";
import type { Store } from "../store/store.ts";
import type { Timings } from "../timings.ts";
import type { EventRecorder } from "./event-recorder.ts";
import type { Images } from "./images.ts";
import type { KubeletHealth } from "./kubelet-health.ts";
import type { Node } from "./node.ts";
import type { NodeClock } from "./node-clock.ts";

/** What the parts of the cluster share. */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly timings: Timings;
  readonly events: EventRecorder;
  readonly runtime: ContainerRuntime;
  readonly images: Images;
  readonly node: Node;
  /** The node's clock, which dates what the kubelet and containerd write. */
  readonly nodeClock: NodeClock;
  readonly health: KubeletHealth;
  readonly logs: NodeLogs;
  readonly rotation: LogRotation;
  /** Aborts when the simulator is closed. */
  readonly closed: AbortSignal;
}

/**
 * Runs something that the cluster does by itself after `ms`. Nobody awaits it: a rejection is the end of the
 * simulator, or a mistake in it, which must not stay hidden.
 */
export function later(world: World, ms: number, action: () => void | Promise<void>): void {
  const run = async (): Promise<void> => {
    await world.clock.sleep(ms, world.closed);
    await action();
  };
  run().catch((error: unknown) => {
    if (!world.closed.aborted) throw error;
  });
}
