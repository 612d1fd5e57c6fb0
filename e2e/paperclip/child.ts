import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { OrdinaryUser } from "./ordinary-user.ts";

/** A process that the harness started, with all that it printed. */
export interface Child {
  /** Everything printed so far, stdout and stderr in the order of arrival. */
  logs(): string;
  /** How it ended ("exit code 1", "SIGKILL", the words of a failed start), or `undefined` while it runs. */
  ended(): string | undefined;
  /** Sends a signal to the process itself, not to its children. */
  signal(name: NodeJS.Signals): void;
  /** SIGTERM, and SIGKILL when `patienceMs` were not enough. Resolves when the process is gone. */
  stop(patienceMs: number): Promise<void>;
}

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Record<string, string>;
  readonly user: OrdinaryUser | undefined;
}

/** How long after SIGKILL a process may still be there, in ms: it may be in the kernel, writing to a disk. */
const killPatienceMs = 60_000;

/** Starts a process. When this one exits without having stopped it, it gets a SIGTERM. */
export function startChild({ command, args, cwd, env, user }: ChildOptions): Child {
  const child: ChildProcess = spawn(command, args, { cwd, env, ...user, stdio: ["ignore", "pipe", "pipe"] });
  const printed: string[] = [];
  let end: string | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => printed.push(text));
  }
  const endWithParent = (): void => void child.kill("SIGTERM");
  process.once("exit", endWithParent);
  const finish = (how: string): void => {
    end ??= how;
    process.off("exit", endWithParent);
  };
  child.once("error", (error) => finish(error.message));
  child.once("exit", (code, signal) => finish(signal ?? `exit code ${code}`));

  /** Waits for the end, `ms` at most. */
  const endWithin = async (ms: number): Promise<boolean> => {
    const over = new AbortController();
    const timer = sleep(ms, undefined, { signal: over.signal }).catch(() => undefined);
    if (end === undefined)
      await Promise.race([once(child, "exit", { signal: over.signal }).catch(() => undefined), timer]);
    over.abort();
    return end !== undefined;
  };

  return {
    logs: () => printed.join(""),
    ended: () => end,
    signal: (name) => void child.kill(name),
    async stop(patienceMs): Promise<void> {
      child.kill("SIGTERM");
      if (await endWithin(patienceMs)) return;
      child.kill("SIGKILL");
      if (!(await endWithin(killPatienceMs))) throw new Error(`process ${child.pid} of ${command} survives SIGKILL`);
    },
  };
}
