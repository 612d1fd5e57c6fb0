import { PODS } from "../api/resources.ts";
import type { ContainerExit, MountSource, RunningContainer } from "../containers/runtime.ts";
import { ContainerLog } from "../logs/container-log.ts";
import { Wakeup } from "../streams/wakeup.ts";
import { timestamp } from "../time.ts";
import type { Container, Pod } from "../wire.ts";
import { terminatedState } from "./container-exit.ts";
import { ConfigError, expand, resolveEnvironment } from "./environment.ts";
import { pullImage, type Reporter } from "./image-puller.ts";
import { type ContainerRecord, type PodFacts, podStatus } from "./pod-status.ts";
import { schedule } from "./scheduler.ts";
import { MountError, resolveMounts, resolveVolumes } from "./volumes.ts";
import type { World } from "./world.ts";

/** Waits between tries of a mount: doubled from half a second, at most two minutes and two seconds. */
const MOUNT_BACKOFF_MS = 500;
const MAX_MOUNT_BACKOFF_MS = 122_000;

/** A container whose environment cannot be made is tried again at the kubelet's next look. */
const CONFIG_RETRY_MS = 12_000;

interface Worked extends ContainerRecord {
  running?: RunningContainer;
  /** How a test ends the container, whatever it does itself. */
  forced?: Partial<ContainerExit>;
}

/** Leads one pod through its life: node, volumes, init containers, containers, end. Containers are never restarted. */
export class PodWorker {
  readonly #world: World;
  readonly #pod: Pod;
  readonly #records: Worked[];
  readonly #stopping = new AbortController();
  readonly #graceChanged = new Wakeup();
  readonly #facts: PodFacts;
  /** When SIGKILL follows, on the monotonic clock. */
  #killAt = Infinity;

  constructor(world: World, pod: Pod) {
    this.#world = world;
    this.#pod = pod;
    const { initContainers = [], containers } = pod.spec;
    const reason = initContainers.length > 0 ? "PodInitializing" : "ContainerCreating";
    const record = (isInit: boolean) => (container: Container) => ({
      container,
      isInit,
      state: { waiting: { reason } },
    });
    this.#records = [...initContainers.map(record(true)), ...containers.map(record(false))];
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
    await this.#conclude();
  }

  /** Begins to end the pod's containers, or hurries: SIGTERM now, SIGKILL after `graceMs`. */
  stop(graceMs: number): void {
    this.#killAt = Math.min(this.#killAt, this.#world.clock.monotonic() + graceMs);
    this.#stopping.abort(new Error("the pod is being stopped"));
    this.#graceChanged.wake();
  }

  /** The kubelet takes the pod's place away, as it does when the node runs short of something. */
  evict(verdict: { reason: string; message: string }): void {
    this.#facts.verdict = verdict;
    this.#facts.disruption = { reason: "TerminationByKubelet", message: verdict.message };
    this.stop(0);
  }

  /** Kills one container, which ends with this exit. */
  kill(containerName: string | undefined, exit: Partial<ContainerExit>): void {
    for (const record of this.#records) {
      if (containerName !== undefined && record.container.name !== containerName) continue;
      if (!record.running) continue;
      record.forced = exit;
      record.running.signal("SIGKILL");
    }
  }

  async #story(signal: AbortSignal): Promise<void> {
    const { clock, timings } = this.#world;
    await schedule(this.#world, this.#pod, signal);
    await clock.sleep(timings.admit, signal);
    this.#facts.startTime = timestamp(clock.now());
    this.#publish();
    const volumes = await this.#mountVolumes(signal);
    for (const record of this.#records.filter(({ isInit }) => isInit)) {
      const exit = await this.#runContainer(record, volumes, signal);
      if (exit.exitCode !== 0) return;
    }
    await Promise.all(
      this.#records.filter(({ isInit }) => !isInit).map((record) => this.#runContainer(record, volumes, signal)),
    );
  }

  async #mountVolumes(signal: AbortSignal): Promise<Map<string, MountSource>> {
    const { clock, store, events } = this.#world;
    for (let backoff = MOUNT_BACKOFF_MS; ; backoff = Math.min(backoff * 2, MAX_MOUNT_BACKOFF_MS)) {
      try {
        return resolveVolumes(store, this.#pod);
      } catch (error) {
        if (!(error instanceof MountError)) throw error;
        events.record("kubelet", this.#pod, { type: "Warning", reason: "FailedMount", message: error.message });
        await clock.sleep(backoff, signal);
      }
    }
  }

  async #runContainer(record: Worked, volumes: Map<string, MountSource>, signal: AbortSignal): Promise<ContainerExit> {
    const { clock, timings, random } = this.#world;
    const report = this.#reporter(record);
    await pullImage(this.#world, record.container, report, signal);
    const env = await this.#environment(record, report, signal);
    await clock.sleep(timings.start, signal);
    record.containerID = `containerd://${random.hex(64)}`;
    const startedAt = timestamp(clock.now());
    const log = new ContainerLog(clock, this.#world.rotation);
    this.#keepLog(record.container.name, log);
    report.say("Normal", "Created", "Container created");
    record.state = { running: { startedAt } };
    record.running = this.#start(record.container, env, volumes, log);
    report.say("Normal", "Started", "Container started");
    this.#publish();
    const exit = await this.#untilExit(record, record.running, signal);
    await clock.sleep(timings.exit);
    log.end();
    record.state = {
      terminated: terminatedState(record, exit, log, { startedAt, finishedAt: timestamp(clock.now()) }),
    };
    await clock.sleep(timings.terminatedSeen);
    this.#publish();
    return exit;
  }

  async #environment(record: Worked, { say, waiting }: Reporter, signal: AbortSignal): Promise<Record<string, string>> {
    const { store, node, clock } = this.#world;
    for (;;) {
      try {
        return resolveEnvironment(store, node, this.#pod, record.container);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        waiting("CreateContainerConfigError", error.message);
        say("Warning", "Failed", `Error: ${error.message}`);
        await clock.sleep(CONFIG_RETRY_MS, signal);
      }
    }
  }

  #start(
    container: Container,
    env: Record<string, string>,
    volumes: Map<string, MountSource>,
    log: ContainerLog,
  ): RunningContainer {
    const expanded = (words: string[] | undefined): string[] | undefined => words?.map((word) => expand(word, env));
    const command = expanded(container.command);
    const args = expanded(container.args);
    return this.#world.runtime.start({
      pod: this.#world.store.current(PODS, this.#pod) ?? this.#pod,
      container,
      env,
      mounts: resolveMounts(container, volumes, env),
      ...(command && { command }),
      ...(args && { args }),
      clock: this.#world.clock,
      write: (stream, bytes) => log.write(stream, bytes),
    });
  }

  /** Waits for the container's own end; when the pod is stopped, sees to it that there is one. */
  async #untilExit(record: Worked, running: RunningContainer, signal: AbortSignal): Promise<ContainerExit> {
    const { clock } = this.#world;
    const over = new AbortController();
    const stop = async (): Promise<void> => {
      if (!signal.aborted)
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true, signal: over.signal }));
      this.#reporter(record).say("Normal", "Killing", `Stopping container ${record.container.name}`);
      if (this.#killAt > clock.monotonic()) running.signal("SIGTERM");
      for (let left; (left = this.#killAt - clock.monotonic()) > 0;)
        await this.#graceChanged.wait(clock, over.signal, left);
      running.signal("SIGKILL");
    };
    // The rejection is our own over.abort(): the container ended first.
    stop().catch(() => undefined);
    const exit = await running.exit;
    over.abort();
    return { ...exit, ...record.forced };
  }

  /** Reports the end of the pod, and lets go of an object whose deletion waited for it. */
  async #conclude(): Promise<void> {
    const { clock, timings, store, closed } = this.#world;
    if (closed.aborted) return;
    if (this.#facts.startTime) {
      await clock.sleep(timings.phaseSeen);
      this.#facts.concluded = true;
      if (this.#stopping.signal.aborted) this.#writeOff();
      this.#publish();
    }
    // A deletion that comes later finds the phase and does not ask the node.
    store.updateIfPresent<Pod>(PODS, this.#pod, ({ metadata }) => {
      if (metadata.deletionTimestamp) metadata.deletionGracePeriodSeconds = 0;
    });
  }

  /** A pod that was stopped leaves no container waiting: those that never ran count as killed. */
  #writeOff(): void {
    for (const record of this.#records.filter(({ state }) => !state.terminated)) {
      const message = "The container could not be located when the pod was terminated";
      record.state = { terminated: { exitCode: 137, reason: "ContainerStatusUnknown", message } };
    }
  }

  #publish(): void {
    const { store, clock } = this.#world;
    store.updateIfPresent<Pod>(PODS, this.#pod, (draft) => {
      draft.status = podStatus(draft, this.#records, this.#facts, clock.now());
    });
  }

  #keepLog(container: string, log: ContainerLog): void {
    const { logs } = this.#world;
    const { uid } = this.#pod.metadata;
    if (!logs.has(uid)) logs.set(uid, new Map());
    logs.get(uid)?.set(container, log);
  }

  #reporter(record: Worked): Reporter {
    const fieldPath = `spec.${record.isInit ? "initContainers" : "containers"}{${record.container.name}}`;
    return {
      say: (type, reason, message) => {
        if (!this.#world.closed.aborted)
          this.#world.events.record("kubelet", this.#pod, { type, reason, message, fieldPath });
      },
      waiting: (reason, message) => {
        record.state = { waiting: { reason, message } };
        this.#publish();
      },
    };
  }
}
