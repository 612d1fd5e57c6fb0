import { COPIES_FOLDERS, COPY_FILES, copyFolders, type Receipt } from "@opencode-k8s/job-manifest";
import { abortable, type Clock, deadline } from "@opencode-k8s/k8s-kit";
import { createRunReader, type RunReader } from "@opencode-k8s/opencode-parse";
import { type Folder, isMissing } from "../file-system/index.ts";
import type { Ledger, OutputLine } from "./ledger.ts";
import { linesOf } from "./lines-of.ts";

/** What was delivered of a run's output, and takes the rest. */
export interface Delivered {
  readonly ledger: Ledger;
  /** Takes lines that the log lacked. @throws the reason of the signal that ends the delivery */
  supply(lines: readonly OutputLine[]): Promise<void>;
  /** What is known of the run is what all of its lines say, which that reader has read. */
  knowAll(reader: RunReader): void;
  /** So much there is, and all of it has come. */
  hasAll(count: { lines: number; bytes: number }): void;
  /** A line of our own. @throws as `supply` */
  say(message: string): Promise<void>;
}

/** A run whose log has been read as far as it can be. */
export interface EndedRun {
  readonly agentId: string;
  /** Of the run that made the Job. */
  readonly runId: string;
  /** Whose the copy has to be; `undefined`: anybody's. */
  readonly uid: number | undefined;
  /** Its last word; `null` where that is missing, too. */
  readonly receipt: Receipt | null;
}

/** A step on a volume that takes longer hangs, milliseconds. */
const STEP_MS = 10_000;
/** Four times what a run may print unless `maxOutputBytes` says otherwise. */
const MOST_BYTES = 1024 ** 3;
/** An agent that has not run for so long is gone, or needs no copies, milliseconds. */
const KEPT_MS = 30 * 86_400_000;
/** No more agents, or runs of one, are looked at in one go. */
const MOST_FOLDERS = 1_000;

/** What runs have left of their output on the shared claim, where this process has that claim, too. */
export class OutputCopies {
  readonly #openClaim: () => Promise<Folder>;
  readonly #clock: Clock;

  /** @param openClaim opens the claim's top, as runs have it */
  constructor(openClaim: () => Promise<Folder>, clock: Clock) {
    this.#openClaim = openClaim;
    this.#clock = clock;
  }

  /**
   * Delivers what a log lacked from the run's copy, and then removes that: its lines come late, but the report is made of all of
   * them in their order. Whatever keeps it from that is a note.
   * @throws the signal's reason
   */
  async complete(run: EndedRun, delivered: Delivered, signal: AbortSignal): Promise<void> {
    const { receipt } = run;
    // The receipt's own notes say why there is none.
    if (receipt && !(receipt.copy && "path" in receipt.copy)) return;
    try {
      await this.#deliver(run, delivered, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (receipt === null && isMissing(error)) return;
      const why = error instanceof Error ? error.message : String(error);
      await delivered.say(`What the log lacks could not be read from the copy on the shared claim: ${why}`);
      return;
    }
    await this.#bounded(this.#remove(run), signal).catch(() => undefined); // The agent's next runs remove it.
  }

  /** Removes the copies of agents that have not run for thirty days. @throws the signal's reason; Error of the file system */
  async sweep(signal: AbortSignal): Promise<void> {
    await abortable(this.#sweep(signal), signal);
  }

  async #deliver(run: EndedRun, delivered: Delivered, signal: AbortSignal): Promise<void> {
    const opened = this.#open(run);
    const { file, bytes } = await this.#bounded(opened, signal).catch((error: unknown) => {
      void opened.then(({ file }) => file.close()).catch(() => undefined); // It may open yet.
      throw error;
    });
    try {
      const lines = (): AsyncIterable<readonly OutputLine[]> =>
        linesOf(file, bytes, (read) => this.#bounded(read, signal));
      const reader = createRunReader();
      const comparison = delivered.ledger.comparison();
      const count = { lines: 0, bytes: 0 };
      for await (const some of lines()) {
        for (const line of some) {
          reader.push(line.text);
          comparison.show(line);
          count.lines += 1;
          count.bytes += line.bytes + 1;
        }
      }
      const { receipt } = run;
      if (receipt && (receipt.lines !== count.lines || receipt.bytes !== count.bytes))
        throw new Error(`it has ${count.bytes} bytes, and OpenCode wrote ${receipt.bytes}`);
      const first = comparison.search();
      let missing = 0;
      for await (const some of lines()) missing += some.filter((line) => first.isMissing(line)).length;
      if (!first.isOver) throw new Error("it does not have all that the log had");
      delivered.knowAll(reader);
      if (missing > 0) {
        await delivered.say(`Lines that the log lacks: ${missing}. They follow, from the copy on the shared claim.`);
        const second = comparison.search();
        for await (const some of lines()) await delivered.supply(some.filter((line) => second.isMissing(line)));
      }
      delivered.hasAll(count);
    } finally {
      await this.#bounded(file.close(), signal).catch(() => undefined);
    }
  }

  async #open(run: EndedRun): Promise<{ file: Awaited<ReturnType<Folder["file"]>>; bytes: number }> {
    await using folder = await this.#folder(copyFolders(run));
    const file = await folder.file(COPY_FILES.events);
    try {
      const { size, uid } = await file.stat();
      if (size > MOST_BYTES) throw new Error(`it has ${size} bytes`);
      if (uid !== (run.uid ?? uid)) throw new Error(`it belongs to user ${uid}`);
      return { file, bytes: size };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async #remove(run: EndedRun): Promise<void> {
    const folders = copyFolders(run);
    const own = folders.pop() ?? "";
    await using agent = await this.#folder(folders);
    await removeCopy(agent, own);
  }

  async #folder(names: readonly string[]): Promise<Folder> {
    return (await this.#openClaim()).below(names);
  }

  async #sweep(signal: AbortSignal): Promise<void> {
    await using all = await this.#folder(COPIES_FOLDERS);
    for (const name of await all.names(MOST_FOLDERS)) {
      signal.throwIfAborted();
      // What is of somebody else, or is used just now, stays: none of it is worth a word.
      await this.#sweepAgent(all, name).catch(() => undefined);
    }
  }

  async #sweepAgent(all: Folder, name: string): Promise<void> {
    {
      await using agent = await all.enter(name);
      if ((await agent.changedAt()) > this.#clock.now() - KEPT_MS) return;
      for (const run of await agent.names(MOST_FOLDERS)) await removeCopy(agent, run).catch(() => undefined);
    }
    await all.removeFolder(name);
  }

  /** Waits for a step on the volume. @throws DeadlineError; the signal's reason; what the step throws */
  async #bounded<T>(step: Promise<T>, signal: AbortSignal): Promise<T> {
    using limit = deadline(this.#clock, STEP_MS, "a step on the volume", signal);
    return await abortable(step, limit.signal);
  }
}

/** What the program in a pod writes of a run, and nothing else. */
async function removeCopy(agent: Folder, run: string): Promise<void> {
  {
    await using folder = await agent.enter(run);
    for (const name of Object.values(COPY_FILES)) await folder.remove(name);
  }
  await agent.removeFolder(run);
}
