import type { Clock } from "../clock.ts";
import type { Container, Pod } from "../wire.ts";
import type { ContainerExit, ContainerMount, ContainerRuntime } from "./runtime.ts";

/** What a script has to act as a container. */
export interface ContainerIo {
  pod: Pod;
  container: Container;
  /** How often the container was started before: its script is called again for each instance. */
  restartCount: number;
  env: Record<string, string>;
  mounts: ContainerMount[];
  clock: Clock;
  /** Aborts at SIGTERM. A script that does not heed it is killed when the grace is over. */
  stopped: AbortSignal;
  /** Writes to the log; a newline is the script's own affair. */
  print(text: string | Uint8Array, stream?: "stdout" | "stderr"): void;
  /** Lets time pass. Rejects at SIGKILL only; use `clock.sleep(ms, stopped)` for a wait that SIGTERM ends. */
  sleep(ms: number): Promise<void>;
}

/** Signal numbers, which an exit code of a killed process adds to 128. */
const SIGTERM = 15;
const SIGKILL = 9;

/**
 * Containers whose program is a function. It ends with the exit code that it returns; when it throws because of
 * SIGTERM, with 143; when it throws anything else, with 1 and the error on stderr. At SIGKILL it ends at once, and
 * what it still prints is lost.
 */
export function scriptedContainers(script: (io: ContainerIo) => Promise<number | ContainerExit>): ContainerRuntime {
  return {
    start({ pod, container, restartCount, env, mounts, clock, write }) {
      const stopped = new AbortController();
      const killed = new AbortController();
      const encoder = new TextEncoder();
      const io: ContainerIo = {
        pod,
        container,
        restartCount,
        env,
        mounts,
        clock,
        stopped: stopped.signal,
        print: (text, stream = "stdout") => {
          if (!killed.signal.aborted) write(stream, typeof text === "string" ? encoder.encode(text) : text);
        },
        sleep: (ms) => clock.sleep(ms, killed.signal),
      };
      const run = async (): Promise<ContainerExit> => {
        try {
          const result = await script(io);
          return typeof result === "number" ? { exitCode: result } : result;
        } catch (error) {
          if (stopped.signal.aborted) return { exitCode: 128 + SIGTERM, signal: SIGTERM };
          io.print(`${error instanceof Error ? error.stack : String(error)}\n`, "stderr");
          return { exitCode: 1 };
        }
      };
      const death = new Promise<ContainerExit>((resolve) => {
        const exit = { exitCode: 128 + SIGKILL, signal: SIGKILL };
        killed.signal.addEventListener("abort", () => resolve(exit), { once: true });
      });
      return {
        exit: Promise.race([run(), death]),
        signal: (name) => (name === "SIGTERM" ? stopped : killed).abort(new Error(name)),
      };
    },
  };
}
