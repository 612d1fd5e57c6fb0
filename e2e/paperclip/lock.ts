import { link, readFile, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { threadId } from "node:worker_threads";

const pollMs = 500;

/** Whether there is a process with this id. */
export const isAlive = (pid: number): Promise<boolean> =>
  stat(`/proc/${pid}`).then(
    () => true,
    () => false,
  );

async function taken(file: string): Promise<boolean> {
  const own = `${file}.${process.pid}-${threadId}`;
  try {
    // A link is there with its content: nobody sees a lock that does not say yet whose it is.
    await writeFile(own, String(process.pid));
    await link(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    await rm(own, { force: true });
  }
}

/**
 * Does some work while no other process of this machine does work under the same file. A lock whose owner is dead is
 * taken over; in the instant of a takeover two may hold it, so the work must bear that: the lock saves effort only.
 */
export async function underLock<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  while (!(await taken(file))) {
    const owner = Number(await readFile(file, "utf8").catch(() => ""));
    if (await isAlive(owner)) await sleep(pollMs);
    else await rm(file, { force: true });
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}
