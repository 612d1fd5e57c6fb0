import type { Clock } from "@opencode-k8s/k8s-kit";
import type { RunReader } from "@opencode-k8s/opencode-parse";
import { limitReached, type ReachedLimit, type RunLimits, silenceReached } from "./limits.ts";

interface Watched {
  readonly clock: Clock;
  readonly reader: Pick<RunReader, "progress" | "report">;
  readonly limits: RunLimits;
  /** Can the run be seen? What cannot be seen is not silent. */
  readonly inSight: () => boolean;
  /** Called once, when a tool has been called so often in a row with the same input. */
  readonly onRepeated: (tool: string, times: number) => Promise<void>;
  /** Called once, at the first limit. */
  readonly onReached: (limit: ReachedLimit) => void;
}

/** Ends a run that takes more than it may. Dispose it with the observation. */
export class LimitWatch implements Disposable {
  readonly #watched: Watched;
  readonly #over = new AbortController();
  #lineAt: number;
  #isRepetitionTold = false;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#lineAt = watched.clock.monotonic();
    if (watched.limits.maxSilenceSec !== undefined) void this.#listen(watched.limits.maxSilenceSec);
  }

  /** Lines of OpenCode have come. @throws what `onRepeated` throws */
  async look(): Promise<void> {
    const { clock, reader, limits, onRepeated } = this.#watched;
    this.#lineAt = clock.monotonic();
    const limit = limitReached(reader, limits);
    if (limit) return this.#reach(limit);
    const { looping, loop } = reader.progress();
    if (looping !== "same_tool_call" || this.#isRepetitionTold) return;
    this.#isRepetitionTold = true;
    await onRepeated(loop.tool ?? "", loop.sameToolCalls);
  }

  [Symbol.dispose](): void {
    this.#over.abort();
  }

  #reach(limit: ReachedLimit): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.#watched.onReached(limit);
  }

  /** Never rejects. */
  async #listen(maxSilenceSec: number): Promise<void> {
    const { clock, inSight } = this.#watched;
    const most = maxSilenceSec * 1000;
    for (let left = most; left > 0; left = this.#lineAt + most - clock.monotonic()) {
      await clock.sleep(left, this.#over.signal).catch(() => undefined);
      if (this.#over.signal.aborted) return;
      if (!inSight()) this.#lineAt = clock.monotonic();
    }
    this.#reach(silenceReached(maxSilenceSec));
  }
}
