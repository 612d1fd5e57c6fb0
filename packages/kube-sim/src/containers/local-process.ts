import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Pod } from "../wire.ts";
import { LocalContainer } from "./local-container.ts";
import type { ContainerRuntime } from "./runtime.ts";

/** A runtime whose containers are processes of this machine. */
export interface LocalProcesses extends ContainerRuntime {
  /** Kills every container that still runs, and waits until all its processes are gone. */
  close(): Promise<void>;
}

/**
 * Runs each container as a process of this machine, as the user who asks, with no privilege and no isolation. Mounts
 * become directories, and their paths are rewritten (see `rewritePaths`) in the environment, the arguments and the
 * working directory, but not in `command` nor inside files: a program has to take its paths from its environment. It
 * gets the container's environment and nothing of ours.
 * @param options.directory absolute; holds `pods/` and `claims/`, and is the caller's to remove
 * @param options.path PATH of the containers, as their image would set it; ours by default
 */
export function localProcesses(options: { directory: string; path?: string }): LocalProcesses {
  const path = options.path ?? process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin";
  const running = new Set<LocalContainer>();
  const podDirectory = (pod: Pod): string => join(options.directory, "pods", pod.metadata.uid);
  return {
    start(start) {
      const { pod } = start;
      const claims = join(options.directory, "claims", pod.metadata.namespace);
      const container = new LocalContainer(start, { pod: podDirectory(pod), claims, path });
      running.add(container);
      void container.exit.then(() => running.delete(container)); // never rejects
      return container;
    },
    podRemoved(pod) {
      // What cannot be removed now goes with the caller's directory.
      void rm(podDirectory(pod), { recursive: true, force: true }).catch(() => undefined);
    },
    async close() {
      for (const container of running) container.signal("SIGKILL");
      await Promise.all([...running].map(({ exit }) => exit));
    },
  };
}
