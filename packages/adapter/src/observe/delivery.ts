import type { Receipt } from "@opencode-k8s/job-manifest";
import type { LogLine } from "@opencode-k8s/k8s-kit";
import { createRunReader, type RunReader } from "@opencode-k8s/opencode-parse";
import { withoutNul } from "../storable.ts";

type OnLog = (stream: "stdout" | "stderr", chunk: string) => Promise<void>;

/** Lines of OpenCode, and their bytes, newlines included. */
interface Count {
  lines: number;
  bytes: number;
}

/** Hands the lines of a run to Paperclip, in order, and keeps account of them. */
export class Delivery {
  readonly reader: RunReader = createRunReader();
  readonly #onLog: OnLog;
  readonly #read: Count = { lines: 0, bytes: 0 };
  readonly #accepted: Count = { lines: 0, bytes: 0 };
  #refusal: string | null = null;
  #signal: AbortSignal | null = null;
  #giveUp: (reason: unknown) => void = () => undefined;

  constructor(onLog: OnLog) {
    this.#onLog = onLog;
  }

  /** What Paperclip has accepted. */
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

  /** A line that OpenCode wrote. @throws the signal's reason */
  async line({ text, bytes }: LogLine): Promise<void> {
    this.reader.push(text);
    count(this.#read, bytes);
    // One whole line a call.
    if (await this.#hand(`${withoutNul(text)}\n`)) count(this.#accepted, bytes);
  }

  /** A line of our own. @throws the signal's reason */
  async say(message: string): Promise<void> {
    await this.#hand(`[paperclip] ${withoutNul(message).replaceAll("\n", " ")}\n`);
  }

  /** Has everything come that the receipt says was written? */
  agreesWith(receipt: Receipt): boolean {
    return receipt.lines === this.#read.lines && receipt.bytes === this.#read.bytes;
  }

  /** Was it accepted? Never offered again: Paperclip may have stored what it then failed on, and a line would be doubled. */
  #hand(chunk: string): Promise<boolean> {
    return this.#offer(chunk).catch((error: unknown) => {
      this.#signal?.throwIfAborted();
      this.#refusal = error instanceof Error ? error.message : String(error);
      return false;
    });
  }

  /** One listener serves all lines: an `abortable()` for each would cost more than the line. */
  #offer(chunk: string): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#signal?.throwIfAborted();
      this.#giveUp = reject;
      this.#onLog("stdout", chunk).then(() => resolve(true), reject);
    });
  }
}

function count(count: Count, bytes: number): void {
  count.lines += 1;
  count.bytes += bytes + 1;
}
