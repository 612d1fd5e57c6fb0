import type { LogLine } from "@opencode-k8s/k8s-kit";
import type { Receipt } from "@opencode-k8s/job-manifest";
import { createRunReader, type RunReader } from "@opencode-k8s/opencode-parse";

type OnLog = (stream: "stdout" | "stderr", chunk: string) => Promise<void>;

/** Hands the lines of a run to Paperclip, in order, and keeps account of them. */
export class Delivery {
  readonly reader: RunReader = createRunReader();
  readonly #onLog: OnLog;
  /** Lines of OpenCode that Paperclip has accepted. */
  lines = 0;
  /** Bytes of these lines, newlines included. */
  bytes = 0;
  /** What Paperclip said when it did not accept a line; the run goes on, because its work is worth more than its log. */
  failure: unknown = null;

  constructor(onLog: OnLog) {
    this.#onLog = onLog;
  }

  /** A line that OpenCode wrote. */
  async line({ text, bytes }: LogLine): Promise<void> {
    this.reader.push(text);
    try {
      // One whole line a call. A NUL byte breaks Paperclip's database.
      await this.#onLog("stdout", `${text.includes("\0") ? text.replaceAll("\0", "\uFFFD") : text}\n`);
    } catch (error) {
      this.failure = error;
      return;
    }
    this.lines += 1;
    this.bytes += bytes + 1;
  }

  /** A line of our own. */
  async say(message: string): Promise<void> {
    try {
      await this.#onLog("stdout", `[paperclip] ${message.replaceAll("\n", " ")}\n`);
    } catch (error) {
      this.failure = error;
    }
  }

  /** Has everything arrived that the receipt says was written? */
  agreesWith(receipt: Receipt): boolean {
    return receipt.lines === this.lines && receipt.bytes === this.bytes;
  }
}
