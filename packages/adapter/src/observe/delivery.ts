import type { Receipt } from "@opencode-k8s/job-manifest";
import { createRunReader, type RunReader } from "@opencode-k8s/opencode-parse";
import type { Cleaner } from "../log/index.ts";
import { type Delivered, Ledger, type OutputLine } from "../output-copy/index.ts";

type OnLog = (stream: "stdout" | "stderr", chunk: string) => Promise<void>;

/** Lines of OpenCode, and their bytes, newlines included. */
interface Count {
  lines: number;
  bytes: number;
}

/**
 * A Paperclip that takes a line does so in milliseconds, and says so when it cannot. One that has not answered for so long never
 * will: as long as a run may be out of sight of the cluster, milliseconds.
 */
const ANSWER_MS = 600_000;

/** Hands the lines of a run to Paperclip, cleaned and in order, and keeps account of them. */
export class Delivery implements Delivered {
  /** What came, so that it can be told what did not. */
  readonly ledger: Ledger = new Ledger();
  #reader: RunReader = createRunReader();
  readonly #onLog: OnLog;
  readonly #cleaner: Cleaner;
  #read: Count = { lines: 0, bytes: 0 };
  readonly #accepted: Count = { lines: 0, bytes: 0 };
  #refusal: string | null = null;
  #signal: AbortSignal | null = null;
  #offered = 0;
  /** Calls that Paperclip has answered, and whether it has stopped doing so: then it is handed nothing more. */
  #answers = 0;
  #isDeaf = false;
  #giveUp: (reason: unknown) => void = () => undefined;

  constructor(onLog: OnLog, cleaner: Cleaner) {
    this.#onLog = onLog;
    this.#cleaner = cleaner;
  }

  /** Makes the report. */
  get reader(): RunReader {
    return this.#reader;
  }

  /** What Paperclip has accepted, as OpenCode wrote it: a line that was shortened counts with all its bytes. */
  get accepted(): Readonly<Count> {
    return this.#accepted;
  }

  /** What Paperclip said when it did not take a line; the run goes on, because its work is worth more than its log. */
  get refusal(): string | null {
    return this.#refusal;
  }

  /** Does Paperclip still have to take something? */
  get isPending(): boolean {
    return this.#offered > 0 && !this.#isDeaf;
  }

  /** Gives up what Paperclip has not accepted when the signal aborts: it may take its time, but not a cancel's. */
  until(signal: AbortSignal): void {
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#giveUp(signal.reason), { once: true });
  }

  /** Lines that OpenCode wrote; the report is made of all of each. One whole line a call. @throws the signal's reason */
  lines(lines: readonly OutputLine[]): Promise<void> {
    for (const line of lines) {
      this.#reader.push(line.text);
      this.ledger.add(line);
      count(this.#read, line.bytes);
    }
    return this.supply(lines);
  }

  /** Lines that the report has already been made of. @throws the signal's reason */
  supply(lines: readonly OutputLine[]): Promise<void> {
    return this.#offer(this.#cleaner.lines(lines.map(({ text }) => text)), (at) =>
      count(this.#accepted, lines[at]?.bytes ?? 0),
    );
  }

  /** The report is made by this reader, which has read all lines. */
  knowAll(reader: RunReader): void {
    this.#reader = reader;
  }

  /** So much there is, and all of it has come. */
  hasAll(count: Count): void {
    this.#read = count;
  }

  /** A line of our own. @throws the signal's reason */
  say(message: string): Promise<void> {
    const line = `[paperclip] ${message.replaceAll("\n", " ")}`;
    return this.#offer([this.#cleaner.line(line)], () => undefined);
  }

  /** Has everything come that the receipt says was written? */
  agreesWith(receipt: Receipt): boolean {
    return receipt.lines === this.#read.lines && receipt.bytes === this.#read.bytes;
  }

  /** One listener and one promise serve all of them: for each line they would cost more than the line. */
  #offer(lines: readonly string[], accepted: (at: number) => void): Promise<void> {
    if (this.#signal?.aborted) return Promise.reject(this.#signal.reason as Error);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#offered += 1;
    const unanswered = this.#whenUnanswered(resolve);
    this.#giveUp = (reason) => {
      clearInterval(unanswered);
      reject(reason);
    };
    void this.#handOver(lines, accepted).then(() => {
      clearInterval(unanswered);
      this.#offered -= 1;
      resolve();
    });
    return promise;
  }

  /** Looks now and then whether Paperclip answers at all; once it does not, the run goes on without it. */
  #whenUnanswered(goOn: () => void): NodeJS.Timeout {
    let before = this.#answers;
    const looking = setInterval(() => {
      this.#isDeaf = this.#answers === before;
      before = this.#answers;
      if (!this.#isDeaf) return;
      clearInterval(looking);
      this.#refusal = `Paperclip has not answered for ${ANSWER_MS / 60_000} minutes`;
      goOn();
    }, ANSWER_MS).unref();
    return looking;
  }

  /** None is offered again: Paperclip may have stored what it then failed on, and a line would be doubled. Never rejects. */
  async #handOver(lines: readonly string[], accepted: (at: number) => void): Promise<void> {
    const signal = this.#signal;
    let at = 0;
    for (const line of lines) {
      if (signal?.aborted || this.#isDeaf) return;
      try {
        await this.#onLog("stdout", `${line}\n`);
        accepted(at);
      } catch (error) {
        this.#refusal = error instanceof Error ? error.message : String(error);
      }
      this.#answers += 1;
      at += 1;
    }
  }
}

function count(count: Count, bytes: number): void {
  count.lines += 1;
  count.bytes += bytes + 1;
}
