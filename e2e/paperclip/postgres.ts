import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** How long PostgreSQL may take for a fast shutdown, in ms: it writes a checkpoint. */
const patienceMs = 60_000;

/** The process that owns the data folder, if it is still there: a process id alone may have been given to another program. */
async function postmaster(dataFolder: string): Promise<number | undefined> {
  const lines = await readFile(`${dataFolder}/postmaster.pid`, "utf8").catch(() => "");
  const pid = Number(lines.split("\n")[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1) return undefined;
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return command.includes("postgres") && command.includes(dataFolder) ? pid : undefined;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/**
 * Ends the PostgreSQL of a Paperclip that did not do it itself: one that was killed leaves it running. SIGINT is its
 * fast shutdown, SIGQUIT the immediate one.
 *
 * @throws when it is still there after both.
 */
export async function stopPostgres(dataFolder: string): Promise<void> {
  for (const name of ["SIGINT", "SIGQUIT"] as const) {
    const pid = await postmaster(dataFolder);
    if (pid === undefined) return;
    signal(pid, name);
    for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(50)) {
      if ((await postmaster(dataFolder)) !== pid) return;
    }
  }
  throw new Error(`PostgreSQL of ${dataFolder} does not stop`);
}
