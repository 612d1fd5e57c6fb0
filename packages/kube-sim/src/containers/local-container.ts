import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile, rm } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { kill, killMarked } from "./leftover-processes.ts";
import { prepareMounts } from "./local-mounts.ts";
import type { PathMapping } from "./rewrite-paths.ts";
import { rewritePaths } from "./rewrite-paths.ts";
import type { ContainerExit, ContainerStart, RunningContainer } from "./runtime.ts";

/** Where Kubernetes reads a container's last words from, unless the container says otherwise. */
const DEFAULT_TERMINATION_LOG = "/dev/termination-log";
/** Bytes of them that the kubelet keeps. */
const MAX_TERMINATION_MESSAGE = 4096;
/** Exit code and reason of a container that could not be started (containerd). */
const START_ERROR = { exitCode: 128, reason: "StartError" };
/** Variable that marks the processes of a container, wherever they went. */
const MARK = "KUBE_SIM_CONTAINER";

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** What the runtime gives to a container. */
export interface LocalPlace {
  /** Directory of its pod: volumes, Secrets, termination logs. */
  pod: string;
  /** Directory of its namespace's claims. */
  claims: string;
  /** PATH of its image. */
  path: string;
}

/** One container as a process, in a process group of its own. */
export class LocalContainer implements RunningContainer {
  readonly exit: Promise<ContainerExit>;
  readonly #start: ContainerStart;
  readonly #place: LocalPlace;
  readonly #mark: string;
  readonly #terminationLog: string;
  #child: Child | undefined;
  /** Asked for before there was a process. */
  #early: "SIGTERM" | "SIGKILL" | undefined;

  constructor(start: ContainerStart, place: LocalPlace) {
    this.#start = start;
    this.#place = place;
    // Not by the pod: another simulation, in another process, has pods of the same uid.
    this.#mark = randomUUID();
    this.#terminationLog = join(place.pod, "termination-logs", start.container.name);
    this.exit = this.#run().catch((error: unknown) => ({ ...START_ERROR, message: String(error) }));
  }

  /** SIGTERM goes to the first process alone, as the kubelet sends it; SIGKILL ends all of them. */
  signal(name: "SIGTERM" | "SIGKILL"): void {
    const pid = this.#child?.pid;
    if (pid === undefined) this.#early = name;
    else if (this.#child?.exitCode === null && this.#child.signalCode === null)
      kill(name === "SIGTERM" ? pid : -pid, name);
  }

  async #run(): Promise<ContainerExit> {
    const mappings = await this.#prepare();
    const child = await this.#spawn(mappings);
    this.#child = child;
    if (this.#early) this.signal(this.#early);
    const { write } = this.#start;
    child.stdout.on("data", (bytes: Buffer) => write("stdout", bytes));
    child.stderr.on("data", (bytes: Buffer) => write("stderr", bytes));
    const closed = once(child, "close");
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    // With its first process a container is over, whatever that has left behind; and who is left may hold the pipes.
    if (child.pid !== undefined) kill(-child.pid, "SIGKILL");
    await killMarked(`${MARK}=${this.#mark}`);
    await closed;
    const message = await this.#terminationMessage();
    const ended = signal === null ? { exitCode: code ?? 0 } : killedBy(constants.signals[signal]);
    return { ...ended, ...(message === "" ? {} : { message }) };
  }

  /** The directories that stand for the container's files. */
  async #prepare(): Promise<PathMapping[]> {
    const { pod, claims } = this.#place;
    const { container, mounts } = this.#start;
    await mkdir(join(pod, "termination-logs"), { recursive: true });
    await rm(this.#terminationLog, { force: true });
    const volumes = { emptyDirs: join(pod, "volumes"), secrets: join(pod, "secrets", container.name), claims };
    const inContainer = container.terminationMessagePath ?? DEFAULT_TERMINATION_LOG;
    return [{ inContainer, onHost: this.#terminationLog }, ...(await prepareMounts(mounts, volumes))];
  }

  async #spawn(mappings: PathMapping[]): Promise<Child> {
    const { container, command = [], args = [], env } = this.#start;
    const local = (text: string): string => rewritePaths(text, mappings);
    const [program, ...rest] = [...command, ...args.map(local)];
    if (program === undefined) throw new Error("a local process has no image to take its command from");
    const cwd = container.workingDir === undefined ? this.#place.pod : local(container.workingDir);
    const localEnv = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, local(value)]));
    // Its image's PATH stays in front: that is where the programs are which replace the image's.
    localEnv["PATH"] = [this.#place.path, localEnv["PATH"]].filter((part) => part !== undefined).join(":");
    localEnv[MARK] = this.#mark;
    const child = spawn(program, rest, { cwd, env: localEnv, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    await once(child, "spawn"); // rejects with the error of exec
    return child;
  }

  async #terminationMessage(): Promise<string> {
    return (await readFile(this.#terminationLog).catch(() => Buffer.alloc(0)))
      .subarray(0, MAX_TERMINATION_MESSAGE)
      .toString("utf8");
  }
}

function killedBy(signal: number): ContainerExit {
  return { exitCode: 128 + signal, signal };
}
