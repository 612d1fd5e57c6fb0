import type { Receipt } from "@opencode-k8s/job-manifest";
import type { LogLine } from "@opencode-k8s/k8s-kit";
import { createRunReader, type RunReader } from "@opencode-k8s/opencode-parse";
import type { Cleaner } from "../log/index.ts";

type OnLog = (stream: "stdout" | "stderr", chunk: string) => Promise<void>;

/** Lines of OpenCode, and their bytes, newlines included. */
interface Count {
  lines: number;
  bytes: number;
}

/** Hands the lines of a run to Paperclip, cleaned and in order, and keeps account of them. */
export class Delivery {
  readonly reader: RunReader = createRunReader();
  readonly #onLog: OnLog;
  readonly #cleaner: Cleaner;
  readonly #read: Count = { lines: 0, bytes: 0 };
  readonly #accepted: Count = { lines: 0, bytes: 0 };
  #refusal: string | null = null;
  #signal: AbortSignal | null = null;
  #giveUp: (reason: unknown) => void = () => undefined;

  constructor(onLog: OnLog, cleaner: Cleaner) {
    this.#onLog = onLog;
    this.#cleaner = cleaner;
  }

  /** What Paperclip has accepted, as OpenCode wrote it: a line that was shortened counts with all its bytes. */
  get accepted(): Readonly<Count> {
    return this.#accepted;
  }

  /** What Paperclip said when it did not take a line; the run goes on, because its work is worth more than its log. */
  get refusal(): string | null {
    return this.#refusal;
  }

  /** Gives up what Paperclip has not accepted when the signal aborts: it may take its time, but not a cancel's. */
  until(signal: AbortSignal): void {
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#giveUp(signal.reason), { once: true });
  }

  /** Lines that OpenCode wrote; the report is made of all of each. One whole line a call. @throws the signal's reason */
  lines(lines: readonly LogLine[]): Promise<void> {
    for (const { text, bytes } of lines) {
      this.reader.push(text);
      count(this.#read, bytes);
    }
    return this.#offer(this.#cleaner.lines(lines.map(({ text }) => text)), (at) =>
      count(this.#accepted, lines[at]?.bytes ?? 0),
    );
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
      void this.#handOver(lines, accepted).then(resolve);
    });
  }

  /** None is offered again: Paperclip may have stored what it then failed on, and a line would be doubled. Never rejects. */
  async #handOver(lines: readonly string[], accepted: (at: number) => void): Promise<void> {
    let at = 0;
    for (const line of lines) {
      if (this.#signal?.aborted) return;
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
