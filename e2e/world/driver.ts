import type { Pod } from "@opencode-k8s/k8s-kit";

/** A part of a cluster that can be made to hold its connections and say nothing. */
export type Component = "apiserver" | "containerd" | "kubelet" | "kcm" | "scheduler";

/** What a scenario does to a cluster behind its back, and what it looks up there. Few clusters let anybody do that. */
export interface Driver {
  /** Kills the API server, leaves it dead for `ms` milliseconds and starts it again. Resolves when it answers. */
  restartApiServer(ms: number): Promise<void>;
  /** Kills a part of the node, leaves it dead for `ms` milliseconds and starts it again. */
  restart(component: "kubelet" | "containerd", ms: number): Promise<void>;
  freeze(component: Component): Promise<void>;
  thaw(component: Component): Promise<void>;
  /** Requests of a user since a time (milliseconds since the epoch), by verb and resource, such as `list pods`. */
  requestsOf(user: string, since: number): Promise<Map<string, number>>;
  /** Holds on to the log of a container that has begun, so that it can be read to the end although it is rotated, or the pod deleted. */
  holdLog(pod: Pod, container: string): Promise<HeldLog>;
  /** Makes an empty file in an `emptyDir` of a pod that runs, or takes it away: a container there can wait for it. */
  flag(pod: Pod, volume: string, file: string, isThere: boolean): Promise<void>;
  /** Path of an image as `docker save` writes it. Absent where nodes have another loopback than this machine, and so can pull nothing from it. */
  archiveOf?(image: string): string;
}

/** The log of a container as its node wrote it, over all rotations and restarts since it is held. */
export interface HeldLog {
  /** Lines of stdout so far, in the order they were written. */
  linesWritten(): Promise<readonly string[]>;
  /** How many files there were so far: one, and one more for each rotation or restart. */
  files(): Promise<number>;
  release(): Promise<void>;
}

/** Where a kubelet, by its `--root-dir`, has the files of an `emptyDir`. */
export function emptyDirFolder(root: string, { metadata = {} }: Pod, volume: string): string {
  return `${root}/pods/${metadata.uid ?? ""}/volumes/kubernetes.io~empty-dir/${volume}`;
}

/** The kubelet's folder of the logs of a container (`podLogsDir`). */
export function logFolder({ metadata = {} }: Pod, container: string): string {
  const { namespace = "", name = "", uid = "" } = metadata;
  return `/var/log/pods/${namespace}_${name}_${uid}/${container}`;
}
