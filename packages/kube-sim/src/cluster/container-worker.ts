import { PODS } from "../api/resources.ts";
import type { ContainerExit, MountSource, RunningContainer } from "../containers/runtime.ts";
import { ContainerLog } from "../logs/container-log.ts";
import { timestamp } from "../time.ts";
import type { Pod } from "../wire.ts";
import { terminatedState } from "./container-exit.ts";
import { CrashLoop, goDuration, untilLooked } from "./crash-loop.ts";
import { ConfigError, expand, resolveEnvironment } from "./environment.ts";
import type { Grace } from "./grace.ts";
import { pullImage, type Reporter } from "./image-puller.ts";
import { type ContainerRecord, isSidecar } from "./pod-status.ts";
import { resolveMounts } from "./volumes.ts";
import type { World } from "./world.ts";

/** A container whose environment cannot be made is tried again at the kubelet's next look. */
const CONFIG_RETRY_MS = 12_000;

/** What a sidecar has after its SIGTERM, even if those before it have used up the pod's grace (`minimumGracePeriodInSeconds`). */
const LEAST_SIDECAR_GRACE_MS = 2000;

/** What a container needs of its pod. */
export interface PodOnNode {
  readonly world: World;
  readonly pod: Pod;
  readonly grace: Grace;
  /** Tells the API server how the containers are. */
  publish(): void;
}

/** One container of a pod on the node: pulled, started, ended, and started again where its policy wants that. */
export class ContainerWorker {
  readonly record: ContainerRecord;
  /** Settles when the container was started for the first time. */
  readonly started: Promise<void>;
  readonly #on: PodOnNode;
  readonly #onStarted: () => void;
  readonly #crashLoop = new CrashLoop();
  #running: RunningContainer | undefined;
  /** How a test ends this instance, whatever it does itself. */
  #forced: Partial<ContainerExit> | undefined;

  constructor(on: PodOnNode, record: ContainerRecord) {
    this.#on = on;
    this.record = record;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.started = promise;
    this.#onStarted = resolve;
  }

  /**
   * Runs the container until it is over for good, and returns its last exit. `signal` tells it to stop.
   * @throws the signal's reason when it aborts while no instance runs
   */
  async run(volumes: Map<string, MountSource>, signal: AbortSignal): Promise<ContainerExit> {
    const { clock, timings, health } = this.#on.world;
    for (;;) {
      await pullImage(this.#on.world, this.record.container, this.#reporter, signal);
      const env = await this.#environment(signal);
      await health.untilUp(signal);
      await clock.sleep(timings.start, signal);
      const startedAt = clock.monotonic();
      const exit = await this.#runInstance(env, volumes, signal);
      if (signal.aborted || !this.#isStartedAgain(exit)) return exit;
      await this.#backOff(this.#crashLoop.next(clock.monotonic() - startedAt), signal);
    }
  }

  /** Kills the instance that runs, which ends with this exit. */
  kill(exit: Partial<ContainerExit>): void {
    if (!this.#running) return;
    this.#forced = exit;
    this.#running.signal("SIGKILL");
  }

  async #runInstance(
    env: Record<string, string>,
    volumes: Map<string, MountSource>,
    signal: AbortSignal,
  ): Promise<ContainerExit> {
    const { record } = this;
    const { clock, nodeClock, timings, random, logs, rotation } = this.#on.world;
    const { uid } = this.#on.pod.metadata;
    const isRestart = record.containerID !== undefined;
    const id = `containerd://${random.hex(64)}`;
    const startedAt = timestamp(nodeClock.now());
    const log = new ContainerLog(nodeClock, rotation);
    logs.add(uid, record.container.name, id, log);
    this.#reporter.say("Normal", "Created", "Container created");
    if (record.state.terminated) record.lastState = record.state;
    record.containerID = id;
    if (isRestart) record.restartCount++;
    record.state = { running: { startedAt } };
    this.#forced = undefined;
    this.#running = this.#start(env, volumes, log);
    this.#reporter.say("Normal", "Started", "Container started");
    this.#on.publish();
    this.#onStarted();
    const exit = await this.#untilExit(this.#running, signal);
    this.#running = undefined;
    await clock.sleep(timings.exit);
    log.end();
    const times = { startedAt, finishedAt: timestamp(nodeClock.now()) };
    record.state = { terminated: terminatedState(record, exit, log, times) };
    await clock.sleep(timings.terminatedSeen);
    logs.dropOlder(uid, record.container.name);
    this.#on.publish();
    return exit;
  }

  #isStartedAgain({ exitCode }: ContainerExit): boolean {
    if (isSidecar(this.record)) return true;
    const policy = this.#on.pod.spec.restartPolicy ?? "Always";
    // An init container that succeeded has done its work, whatever the policy.
    if (policy === "Always" && !this.record.isInit) return true;
    return policy !== "Never" && exitCode !== 0;
  }

  /** The status names the wait only at the kubelet's next look, which is when it is over. */
  async #backOff(waitMs: number, signal: AbortSignal): Promise<void> {
    if (waitMs === 0) return;
    const { name } = this.record.container;
    const { metadata } = this.#on.pod;
    const pod = `${metadata.name}_${metadata.namespace}(${metadata.uid})`;
    this.#reporter.say("Warning", "BackOff", `Back-off restarting failed container ${name} in pod ${pod}`);
    await this.#on.world.clock.sleep(untilLooked(waitMs), signal);
    const message = `back-off ${goDuration(waitMs)} restarting failed container=${name} pod=${pod}`;
    this.#reporter.waiting("CrashLoopBackOff", message);
  }

  async #environment(signal: AbortSignal): Promise<Record<string, string>> {
    const { store, node, clock } = this.#on.world;
    for (;;) {
      try {
        return resolveEnvironment(store, node, this.#on.pod, this.record.container);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        this.#reporter.waiting("CreateContainerConfigError", error.message);
        this.#reporter.say("Warning", "Failed", `Error: ${error.message}`);
        await clock.sleep(CONFIG_RETRY_MS, signal);
      }
    }
  }

  #start(env: Record<string, string>, volumes: Map<string, MountSource>, log: ContainerLog): RunningContainer {
    const { container } = this.record;
    const { world, pod } = this.#on;
    const expanded = (words: string[] | undefined): string[] | undefined => words?.map((word) => expand(word, env));
    const command = expanded(container.command);
    const args = expanded(container.args);
    return world.runtime.start({
      pod: world.store.current(PODS, pod) ?? pod,
      container,
      restartCount: this.record.restartCount,
      env,
      mounts: resolveMounts(container, volumes, env),
      ...(command && { command }),
      ...(args && { args }),
      clock: world.nodeClock,
      write: (stream, bytes) => log.write(stream, bytes),
    });
  }

  /** Waits for the instance's own end; when it is told to stop, sees to it that there is one. */
  async #untilExit(running: RunningContainer, signal: AbortSignal): Promise<ContainerExit> {
    const over = new AbortController();
    const stop = async (): Promise<void> => {
      if (!signal.aborted)
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true, signal: over.signal }));
      this.#reporter.say("Normal", "Killing", `Stopping container ${this.record.container.name}`);
      const least = isSidecar(this.record) ? LEAST_SIDECAR_GRACE_MS : 0;
      if (this.#on.grace.leftMs > 0 || least > 0) running.signal("SIGTERM");
      if (least > 0) await this.#on.world.clock.sleep(least, over.signal);
      await this.#on.grace.untilOver(over.signal);
      running.signal("SIGKILL");
    };
    // The rejection is our own over.abort(): the container ended first.
    stop().catch(() => undefined);
    const exit = await running.exit;
    over.abort();
    return { ...exit, ...this.#forced };
  }

  get #reporter(): Reporter {
    const { container, isInit } = this.record;
    const fieldPath = `spec.${isInit ? "initContainers" : "containers"}{${container.name}}`;
    return {
      say: (type, reason, message) => {
        const { closed, events } = this.#on.world;
        if (!closed.aborted) events.record("kubelet", this.#on.pod, { type, reason, message, fieldPath });
      },
      waiting: (reason, message) => {
        if (this.record.state.terminated) this.record.lastState = this.record.state;
        this.record.state = { waiting: { reason, message } };
        this.#on.publish();
      },
    };
  }
}
