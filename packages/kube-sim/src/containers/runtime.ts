import type { Clock } from "../clock.ts";
import type { Container, Pod } from "../wire.ts";

/** Runs containers for the simulated kubelet: a script in a test, or a local process. */
export interface ContainerRuntime {
  /** Starts one container. Called once its image, volumes and environment are there; must not throw, but may exit at once. */
  start(start: ContainerStart): RunningContainer;
  /** The pod has left the node for good: whatever was kept for it (an emptyDir) can go. */
  podRemoved?(pod: Pod): void;
}

/** Everything a container starts with, resolved. */
export interface ContainerStart {
  pod: Pod;
  container: Container;
  /** How often it was started before. */
  restartCount: number;
  /** `envFrom` and `env`, with references resolved and `$(VAR)` expanded as Kubernetes does. */
  env: Record<string, string>;
  mounts: ContainerMount[];
  /** The container's command and arguments with `$(VAR)` expanded; undefined means: the image's own. */
  command?: string[];
  args?: string[];
  /** The node's time. */
  clock: Clock;
  /** Output of the container; goes to its log as CRI records. The bytes are copied. */
  write(stream: "stdout" | "stderr", bytes: Uint8Array): void;
}

/** One volumeMount of a container. */
export interface ContainerMount {
  mountPath: string;
  /** A path inside the volume, without leading slash. */
  subPath?: string;
  readOnly: boolean;
  source: MountSource;
}

/** What is behind a mount. */
export type MountSource =
  /** An empty directory of this pod, shared by its containers: identified by the pod's uid and the volume's name. */
  | { kind: "emptyDir"; name: string }
  /** Files of one or more Secrets by relative path, with their permission bits. */
  | { kind: "secret"; files: Record<string, Uint8Array>; modes: Record<string, number> }
  /** A claim in the pod's namespace: outlives the pod. */
  | { kind: "claim"; claimName: string };

/** A started container. */
export interface RunningContainer {
  /** Settles once, when the container is over and all its output was written. Never rejects. */
  readonly exit: Promise<ContainerExit>;
  signal(name: "SIGTERM" | "SIGKILL"): void;
}

/** How a container ended. */
export interface ContainerExit {
  /** 0 to 255; 128 + signal number when it was killed. */
  exitCode: number;
  /** The signal number that ended it, if one did. */
  signal?: number;
  /** Overrides the usual reason (`Completed` for 0, else `Error`), for example `OOMKilled`. */
  reason?: string;
  /** What it wrote to its terminationMessagePath. */
  message?: string;
}
