import { type FileHandle, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setInterval } from "node:timers/promises";
import { CriLines } from "./cri-log.ts";
import type { HeldLog } from "./driver.ts";

/** The kubelet rotates no more often than it looks, every 3 s or more: nothing comes and goes between two looks of ours. */
const LOOK_MS = 100;

interface HeldFile {
  /** How often its container had been restarted when it wrote there: files are called `0.log`, `1.log`, … */
  readonly restarts: number;
  readonly inode: number;
  readonly file: FileHandle;
}

/**
 * The log files of a container, each held open from the time it is the newest: an open file stays readable after it was
 * rotated, compressed or deleted.
 */
export class HeldFiles implements HeldLog {
  readonly #folder: string;
  readonly #files: HeldFile[] = [];
  readonly #released = new AbortController();
  #looking: Promise<void> = Promise.resolve();

  /** @throws when there is no such folder */
  static async in(folder: string): Promise<HeldFiles> {
    const held = new HeldFiles(folder);
    await held.#look();
    held.#looking = held.#lookOn();
    return held;
  }

  private constructor(folder: string) {
    this.#folder = folder;
  }

  async linesWritten(): Promise<readonly string[]> {
    const pieces: string[][] = [];
    const lines = new CriLines();
    // Sorting keeps the order in which the files of one run of the container were found.
    for (const { file } of this.#files.toSorted((a, b) => a.restarts - b.restarts)) {
      const { size } = await file.stat();
      const { buffer } = await file.read({ buffer: Buffer.alloc(size), position: 0 });
      pieces.push(lines.read(buffer));
    }
    return pieces.flat();
  }

  files(): Promise<number> {
    return Promise.resolve(this.#files.length);
  }

  async release(): Promise<void> {
    this.#released.abort();
    await this.#looking;
    await Promise.all(this.#files.map(({ file }) => file.close()));
  }

  async #lookOn(): Promise<void> {
    try {
      for await (const _ of setInterval(LOOK_MS, undefined, { signal: this.#released.signal })) {
        // The folder goes with the pod.
        await this.#look().catch(() => undefined);
      }
    } catch (error) {
      if (!this.#released.signal.aborted) throw error;
    }
  }

  async #look(): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      const restarts = /^(\d+)\.log$/.exec(name)?.[1];
      if (restarts === undefined) continue;
      const file = await open(join(this.#folder, name));
      const { ino: inode } = await file.stat();
      if (this.#files.some((held) => held.inode === inode)) await file.close();
      else this.#files.push({ restarts: Number(restarts), inode, file });
    }
  }
}
