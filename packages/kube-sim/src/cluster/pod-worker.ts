import { PODS } from "../api/resources.ts";
import type { ContainerExit, MountSource } from "../containers/runtime.ts";
import { untilAborted } from "../streams/wakeup.ts";
import { timestamp } from "../time.ts";
import type { Container, Pod } from "../wire.ts";
import { ContainerWorker, type PodOnNode } from "./container-worker.ts";
import { Grace } from "./grace.ts";
import { isSidecar, type PodFacts, podStatus } from "./pod-status.ts";
import { schedule } from "./scheduler.ts";
import { SidecarStops } from "./sidecar-stops.ts";
import { MountError, resolveVolumes } from "./volumes.ts";
import type { World } from "./world.ts";

/** Waits between tries of a mount: doubled from half a second, at most two minutes and two seconds. */
const MOUNT_BACKOFF_MS = 500;
const MAX_MOUNT_BACKOFF_MS = 122_000;

const DEFAULT_GRACE_SECONDS = 30;

/** Leads one pod through its life: node, volumes, init containers and sidecars, containers, end. */
export class PodWorker implements PodOnNode {
  readonly world: World;
  readonly pod: Pod;
  readonly grace: Grace;
  readonly #containers: ContainerWorker[];
  readonly #sidecars = new SidecarStops();
  readonly #stopping = new AbortController();
  readonly #facts: PodFacts;
  #publishesLater = false;

  constructor(world: World, pod: Pod) {
    this.world = world;
    this.pod = pod;
    this.grace = new Grace(world.clock);
    const { initContainers = [], containers } = pod.spec;
    const reason = initContainers.length > 0 ? "PodInitializing" : "ContainerCreating";
    const worker = (isInit: boolean) => (container: Container) =>
      new ContainerWorker(this, { container, isInit, state: { waiting: { reason } }, lastState: {}, restartCount: 0 });
    this.#containers = [...initContainers.map(worker(true)), ...containers.map(worker(false))];
    const ip = `10.244.0.${2 + world.random.integer(250)}`;
    this.#facts = { ip, hostIP: world.node.ip, startTime: "", concluded: false };
    world.closed.addEventListener("abort", () => this.stop(0), { once: true });
  }

  /** Resolves when the pod is over for the node: its status says so, or the object is gone. */
  async run(): Promise<void> {
    try {
      await this.#story(this.#stopping.signal);
    } catch (error) {
      if (!this.#stopping.signal.aborted) throw error;
    }
    this.grace.limit((this.pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS) * 1000);
    await this.#sidecars.stopAll();
    await this.#conclude();
  }

  /** Begins to end the pod's containers, or hurries: SIGTERM now, SIGKILL after `graceMs`. */
  stop(graceMs: number): void {
    this.grace.limit(graceMs);
    this.#stopping.abort(new Error("the pod is being stopped"));
  }

  /** The kubelet takes the pod's place away, as it does when the node runs short of something. */
  evict(verdict: { reason: string; message: string }): void {
    this.#facts.verdict = verdict;
    this.#facts.disruption = { reason: "TerminationByKubelet", message: verdict.message };
    this.stop(0);
  }

  /** Kills one container, or all, which end with this exit. */
  kill(containerName: string | undefined, exit: Partial<ContainerExit>): void {
    for (const worker of this.#containers) {
      if (containerName === undefined || worker.record.container.name === containerName) worker.kill(exit);
    }
  }

  /** Writes the status, as soon as the kubelet can. */
  publish(): void {
    const { health, closed } = this.world;
    if (health.isUp) return this.#write();
    if (this.#publishesLater) return;
    this.#publishesLater = true;
    const catchUp = async (): Promise<void> => {
      await health.untilUp(closed);
      this.#publishesLater = false;
      this.#write();
    };
    // It rejects only when the simulator is closed.
    catchUp().catch(() => undefined);
  }

  async #story(signal: AbortSignal): Promise<void> {
    const { clock, nodeClock, timings, health } = this.world;
    await schedule(this.world, this.pod, signal);
    await health.untilUp(signal);
    await clock.sleep(timings.admit, signal);
    this.#facts.startTime = timestamp(nodeClock.now());
    this.publish();
    const volumes = await this.#mountVolumes(signal);
    for (const worker of this.#containers.filter(({ record }) => record.isInit)) {
      if (isSidecar(worker.record)) {
        this.#sidecars.start((stopped) => worker.run(volumes, stopped));
        await Promise.race([worker.started, untilAborted(signal)]);
      } else {
        const exit = await worker.run(volumes, signal);
        if (exit.exitCode !== 0) return;
      }
    }
    const main = this.#containers.filter(({ record }) => !record.isInit);
    const runs = await Promise.allSettled(main.map((worker) => worker.run(volumes, signal)));
    for (const run of runs) if (run.status === "rejected") throw run.reason;
  }

  async #mountVolumes(signal: AbortSignal): Promise<Map<string, MountSource>> {
    const { clock, store, events } = this.world;
    for (let backoff = MOUNT_BACKOFF_MS; ; backoff = Math.min(backoff * 2, MAX_MOUNT_BACKOFF_MS)) {
      try {
        return resolveVolumes(store, this.pod);
      } catch (error) {
        if (!(error instanceof MountError)) throw error;
        events.record("kubelet", this.pod, { type: "Warning", reason: "FailedMount", message: error.message });
        await clock.sleep(backoff, signal);
      }
    }
  }

  /** Reports the end of the pod, and lets go of an object whose deletion waited for it. */
  async #conclude(): Promise<void> {
    const { clock, timings, store, closed, health } = this.world;
    if (closed.aborted) return;
    if (this.#facts.startTime) {
      await clock.sleep(timings.phaseSeen);
      await health.untilUp(closed);
      this.#facts.concluded = true;
      if (this.#stopping.signal.aborted) this.#writeOff();
      this.#write();
    }
    // A deletion that comes later finds the phase and does not ask the node.
    store.updateIfPresent<Pod>(PODS, this.pod, ({ metadata }) => {
      if (metadata.deletionTimestamp) metadata.deletionGracePeriodSeconds = 0;
    });
  }

  /** A pod that was stopped leaves no container waiting: one that ran ended as it last did, the others count as killed. */
  #writeOff(): void {
    for (const { record } of this.#containers) {
      if (record.state.terminated) continue;
      const message = "The container could not be located when the pod was terminated";
      const { terminated = { exitCode: 137, reason: "ContainerStatusUnknown", message } } = record.lastState;
      record.state = { terminated };
    }
  }

  #write(): void {
    const { store, nodeClock } = this.world;
    const records = this.#containers.map(({ record }) => record);
    store.updateIfPresent<Pod>(PODS, this.pod, (draft) => {
      draft.status = podStatus(draft, records, this.#facts, nodeClock.now());
    });
  }
}
