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
    return this.#offered > 0;
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
    return new Promise((resolve, reject) => {
      this.#signal?.throwIfAborted();
      this.#giveUp = reject;
      this.#offered += 1;
      void this.#handOver(lines, accepted).then(() => {
        this.#offered -= 1;
        resolve();
      });
    });
  }

  /** None is offered again: Paperclip may have stored what it then failed on, and a line would be doubled. Never rejects. */
  async #handOver(lines: readonly string[], accepted: (at: number) => void): Promise<void> {
    const signal = this.#signal;
    let at = 0;
    for (const line of lines) {
      if (signal?.aborted) return;
      try {
        await this.#onLog("stdout", `${line}\n`);
        accepted(at);
      } catch (error) {
        this.#refusal = error instanceof Error ? error.message : String(error);
      }
      at += 1;
    }
  }
}

function count(count: Count, bytes: number): void {
  count.lines += 1;
  count.bytes += bytes + 1;
}
