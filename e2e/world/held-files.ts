import { type FileHandle, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setInterval } from "node:timers/promises";
import { CriLines } from "./cri-log.ts";
import type { HeldLog } from "./driver.ts";

/** A file is called anew when it is rotated, and is compressed at the next rotation only: a late look, of up to 3 s, finds it yet. */
const LOOK_MS = 100;
/** `0.log` is the newest file of the container that was restarted 0 times, `0.log.20260101-000000` one that was rotated. */
const LOG_FILE = /^(\d+)\.log(\.[\d-]+)?$/;

interface HeldFile {
  /** How often its container had been restarted when it wrote there. */
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
  /** Rotated before this log was held. */
  readonly #before = new Set<string>();
  readonly #released = new AbortController();
  #looking: Promise<void> = Promise.resolve();

  /** @throws when there is no such folder */
  static async in(folder: string): Promise<HeldFiles> {
    const held = new HeldFiles(folder);
    for (const name of await readdir(folder)) if (LOG_FILE.exec(name)?.[2]) held.#before.add(name);
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
    const found = (await readdir(this.#folder)).map((name) => LOG_FILE.exec(name)).filter((match) => match !== null);
    const [newest, rotated] = [found.filter(([, , time]) => !time), found.filter(([, , time]) => time)];
    // What was rotated since the last look is older than the newest, and named after its time.
    for (const [name, restarts] of [...rotated.toSorted(([a], [b]) => (a < b ? -1 : 1)), ...newest]) {
      if (this.#before.has(name)) continue;
      const file = await open(join(this.#folder, name));
      const { ino: inode } = await file.stat();
      if (this.#files.some((held) => held.inode === inode)) await file.close();
      else this.#files.push({ restarts: Number(restarts), inode, file });
    }
  }
}
