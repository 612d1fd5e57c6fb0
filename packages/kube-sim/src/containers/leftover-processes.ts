import { readdir, readFile } from "node:fs/promises";

/**
 * Kills every process whose environment has the variable: those that left the process group of the one that was
 * started with it. Looks again until there is none, for a process can start another while it is looked for. Does
 * nothing where there is no /proc.
 */
export async function killMarked(variable: string): Promise<void> {
  for (;;) {
    const found = await marked(variable);
    if (found.length === 0) return;
    for (const pid of found) kill(pid, "SIGKILL");
  }
}

/** Sends a signal to a process, or with a negative id to its group; one that is gone already is as good. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function marked(variable: string): Promise<number[]> {
  const names = await readdir("/proc").catch(() => []);
  const pids = names.map(Number).filter((pid) => Number.isInteger(pid) && pid !== process.pid);
  const environments = await Promise.all(
    // Unreadable: another user's, a zombie, or gone meanwhile.
    pids.map((pid) => readFile(`/proc/${pid}/environ`, "utf8").catch(() => "")),
  );
  return pids.filter((_, index) => environments[index]?.split("\0").includes(variable));
}
