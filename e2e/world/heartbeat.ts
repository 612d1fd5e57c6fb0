import { randomUUID } from "node:crypto";
import type { execute } from "paperclip-adapter-opencode-k8s/execute";

export type ExecutionContext = Parameters<typeof execute>[0];
export type ExecutionResult = Awaited<ReturnType<typeof execute>>;

/** Begins every line that the adapter itself writes into a run's log. */
const NOTE = "[paperclip] ";

/** One heartbeat under way, seen as Paperclip sees it: the lines it is handed, and the result. */
export class Heartbeat {
  readonly runId: string = randomUUID();
  /** Lines of OpenCode, as they were handed over, without their newline. */
  readonly events: string[] = [];
  /** What the adapter itself said, in words. */
  readonly notes: string[] = [];
  /** What was handed over and is not one whole line; always to be empty. */
  readonly torn: string[] = [];
  /** The adapter's result. */
  readonly result: Promise<ExecutionResult>;
  readonly #cancel = new AbortController();
  readonly #monotonic: () => number;
  readonly #onNote: (note: string) => void;
  readonly #startedAt: number;
  #endedAt: number | null = null;
  #changed = Promise.withResolvers<void>();

  /**
   * @param start calls the adapter with what this handle gives it
   * @param monotonic milliseconds that only grow
   * @param onNote told of each line of the adapter's own
   */
  constructor(
    start: (run: Heartbeat) => Promise<ExecutionResult>,
    monotonic: () => number,
    onNote: (note: string) => void,
  ) {
    this.#monotonic = monotonic;
    this.#onNote = onNote;
    this.#startedAt = monotonic();
    this.result = start(this).finally(() => {
      this.#endedAt = monotonic();
      this.#tell();
    });
    this.result.catch(() => undefined); // Whoever waits for it sees the rejection.
  }

  /** Paperclip's signal. */
  get signal(): AbortSignal {
    return this.#cancel.signal;
  }

  /** Is the result there? */
  get ended(): boolean {
    return this.#endedAt !== null;
  }

  /** From the call to the result, or to now, milliseconds. */
  get durationMs(): number {
    const [from, to] = this.span;
    return to - from;
  }

  /** When the call was made, and when the result was there, or now: milliseconds of the world's monotonic clock. */
  get span(): readonly [from: number, to: number] {
    return [this.#startedAt, this.#endedAt ?? this.#monotonic()];
  }

  /** Aborts the run's signal, with the reason that Paperclip would give. */
  cancel(reason: string): void {
    this.#cancel.abort(new Error(reason));
  }

  /** Where the adapter hands over its lines. */
  readonly onLog: ExecutionContext["onLog"] = async (stream, chunk) => {
    if (chunk === "\n") return; // A sign of life.
    const line = chunk.slice(0, -1);
    if (stream !== "stdout" || !chunk.endsWith("\n") || line.includes("\n")) this.torn.push(chunk);
    else if (line.startsWith(NOTE)) this.#note(line.slice(NOTE.length));
    else this.events.push(line);
    this.#tell();
  };

  /** Waits until this many of OpenCode's lines have come. @throws when the run ended before */
  async untilEvents(count: number): Promise<void> {
    await this.#until(() => this.events.length >= count, `${count} lines of OpenCode`);
  }

  /** Waits until the adapter said something that matches. @throws when the run ended before */
  async untilNote(pattern: RegExp): Promise<void> {
    await this.#until(() => this.notes.some((note) => pattern.test(note)), `a note like ${String(pattern)}`);
  }

  async #until(seen: () => boolean, what: string): Promise<void> {
    while (!seen()) {
      if (this.ended) throw new Error(`the run ended before ${what}: ${JSON.stringify(await this.result)}`);
      await this.#changed.promise;
    }
  }

  #note(note: string): void {
    this.notes.push(note);
    this.#onNote(note);
  }

  #tell(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }
}
