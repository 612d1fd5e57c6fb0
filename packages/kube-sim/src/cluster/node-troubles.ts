import { PODS } from "../api/resources.ts";
import type { Faults } from "../faults.ts";
import type { Pod } from "../wire.ts";
import { disrupt, setCondition, TAINT } from "./disruption.ts";
import type { NodeClock } from "./node-clock.ts";
import { later, type World } from "./world.ts";

/** The taint of a node that does not answer, and how long pods bear it unless they say otherwise. */
const UNREACHABLE = "node.kubernetes.io/unreachable";
const TOLERATION_SECONDS = 300;

/** What can happen to the node. */
export class NodeTroubles {
  readonly #world: World;
  readonly #clock: NodeClock;
  readonly #faults: Faults;
  /** Counts losses, so that what one of them set in motion ends when the node is back. */
  #losses = 0;
  #isLost = false;

  constructor(world: World, clock: NodeClock, faults: Faults) {
    this.#world = world;
    this.#clock = clock;
    this.#faults = faults;
  }

  /** Sets the node's clock forward by `ms`, or back when that is negative: log lines and containers are dated by it. */
  stepClock(ms: number): void {
    this.#clock.step(ms);
  }

  /**
   * Ends the kubelet for `ms` milliseconds. Containers go on; log streams end as if all were said, new ones are refused with
   * 500, and the API server hears of what happens meanwhile only afterwards.
   */
  restartKubelet(ms: number): void {
    this.#world.health.stop(ms);
    this.#faults.cutOpen({ resource: "pods/log" }, "eof");
  }

  /**
   * The node stops answering, though its containers go on: log streams fall silent, pods lose their readiness, then are
   * deleted, and stay `Terminating` because nobody can confirm that they are over.
   */
  lose(): void {
    this.#isLost = true;
    const loss = ++this.#losses;
    this.#world.health.stop(Infinity);
    this.#faults.cutOpen({ resource: "pods/log" }, "stall");
    this.#ifStillLost(loss, this.#world.timings.nodeMonitor, () => {
      for (const pod of this.#pods()) this.#taint(pod, loss);
    });
  }

  /** The node answers again, and its kubelet does what it missed. */
  recover(): void {
    this.#isLost = false;
    this.#world.health.start();
  }

  #taint(pod: Pod, loss: number): void {
    setCondition(this.#world, pod, { type: "Ready", status: "False" });
    const toleration = pod.spec.tolerations?.find(({ key, effect }) => key === UNREACHABLE && effect !== "NoSchedule");
    // A toleration without an end is one for ever.
    const seconds = toleration ? (toleration.tolerationSeconds ?? Infinity) : TOLERATION_SECONDS;
    if (seconds === Infinity) return;
    this.#ifStillLost(loss, seconds * 1000, () => {
      if (this.#world.store.current(PODS, pod)) disrupt(this.#world, pod, TAINT);
    });
  }

  #ifStillLost(loss: number, ms: number, action: () => void): void {
    later(this.#world, ms, () => {
      if (this.#isLost && this.#losses === loss) action();
    });
  }

  #pods(): Pod[] {
    const isOver = ({ status }: Pod): boolean => status.phase === "Succeeded" || status.phase === "Failed";
    return this.#world.store.list<Pod>(PODS).filter((pod) => pod.spec.nodeName && !isOver(pod));
  }
}
