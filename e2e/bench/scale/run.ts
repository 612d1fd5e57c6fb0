import { randomUUID } from "node:crypto";
import { execute } from "paperclip-adapter-opencode-k8s/execute";
import { numberOf, writtenAt } from "./output.ts";

type Context = Parameters<typeof execute>[0];
export type Result = Awaited<ReturnType<typeof execute>>;

/** What the adapter says of a run's log. */
interface Account {
  readonly log?: { readonly complete: boolean };
  readonly receipt?: { readonly lines: number };
}

/** A run whose lines are numbered from 1 on (`output.ts`), as Paperclip sees it. */
export class NumberedRun {
  readonly id: string = randomUUID();
  readonly result: Promise<Result>;
  /** When its container was seen to run, milliseconds since the epoch. */
  runningAt: number | null = null;
  /** When the result was there, milliseconds since the epoch. */
  endedAt: number | null = null;
  /** Lines that were handed over. */
  delivered = 0;
  /** Of these, those that came again, or out of turn. */
  doubled = 0;
  /** Numbers that were passed over. */
  skipped = 0;
  /** When the container wrote its last one, milliseconds since the epoch. */
  lastWrittenAt: number | null = null;
  readonly #cancel = new AbortController();
  readonly #onLine: () => void;
  #last = 0;

  /** `agent`: runs of the same one wait for each other. `onLine` is told of each line. */
  constructor(
    config: Readonly<Record<string, unknown>>,
    { agent = randomUUID(), onLine = () => undefined, run = execute }: RunOptions = {},
  ) {
    this.#onLine = onLine;
    this.result = run(this.#context(config, agent)).finally(() => (this.endedAt = Date.now()));
    this.result.catch(() => undefined); // Whoever waits for it sees the rejection.
  }

  /** The number of the last line. */
  get last(): number {
    return this.#last;
  }

  cancel(): void {
    this.#cancel.abort(new Error("Cancelled by a board operator"));
  }

  #context(config: Readonly<Record<string, unknown>>, agent: string): Context {
    return {
      runId: this.id,
      agent: { id: agent, companyId: "bench", name: "Bench", adapterType: "opencode_k8s", adapterConfig: {} },
      runtime: { sessionId: null, sessionParams: null, sessionDisplayId: null, taskKey: null },
      config: { ...config },
      context: { paperclipTaskMarkdown: "Print." },
      onLog: async (_, chunk) => this.#take(chunk),
      signal: this.#cancel.signal,
    };
  }

  #take(chunk: string): void {
    if (chunk.startsWith("[paperclip] Running in pod")) this.runningAt = Date.now();
    if (!chunk.startsWith("{")) return; // A note of the adapter's, or a sign of life.
    const number = numberOf(chunk);
    this.delivered += 1;
    this.lastWrittenAt ??= writtenAt(chunk);
    if (number > this.#last) {
      this.skipped += number - this.#last - 1;
      this.#last = number;
    } else this.doubled += 1;
    this.#onLine();
  }
}

export interface RunOptions {
  readonly agent?: string;
  readonly onLine?: () => void;
  /** The adapter's `execute()`, against a cluster of the test's. */
  readonly run?: (ctx: Context) => Promise<Result>;
}

export function accountOf({ resultJson }: Result): Account {
  return resultJson ?? {};
}
