import type { Clock } from "../time/clock.ts";
import { isForbidden, isUnauthorized, KubernetesError } from "../errors/index.ts";

/** Where the container is over and the server answers, but not with the log, it is given up sooner: nothing else is waited for then. Milliseconds. */
export const GIVE_UP_ENDED_MS = 30_000;

/** A refusal has to last this long before it is believed: an API server that just started may refuse what it allows. */
const REFUSED_MS = 30_000;

/** How long a log is tried that cannot be read. */
export class Patience {
  readonly #clock: Clock;
  readonly #giveUpMs: number;
  readonly #allowed = new Set<string>();
  #failingSince: number | null = null;
  /** The same, of failures that were answers, without one between them that was none. */
  #refusedSince: number | null = null;

  /** @param giveUpMs after so many milliseconds of failures a log is given up */
  constructor(clock: Clock, giveUpMs: number) {
    this.#clock = clock;
    this.#giveUpMs = giveUpMs;
  }

  /** A request for this path was answered, if only with an empty log. */
  allowed(path: string): void {
    this.#allowed.add(path);
  }

  /** There was progress: the next failure is the first again. */
  restore(): void {
    this.#failingSince = null;
    this.#refusedSince = null;
  }

  /**
   * A request failed; `running`: its container still runs.
   * @returns false when it is time to give up the log of a container that is over
   * @throws the failure: a right that was never there (one that is lost on the way may come back), or the log of a container that
   *   runs could not be read for too long
   */
  lasts(failure: Error, running: boolean): boolean {
    const now = this.#clock.monotonic();
    this.#failingSince ??= now;
    // A stream that we closed because it stalled was answered, too.
    const answered = !(failure instanceof KubernetesError) || failure.status !== null;
    this.#refusedSince = answered ? (this.#refusedSince ?? now) : null;
    const failing = now - this.#failingSince;
    const refused = this.#refusedSince === null ? 0 : now - this.#refusedSince;
    if (this.#isRefusal(failure) && refused >= REFUSED_MS) throw failure;
    if (!running) return refused < GIVE_UP_ENDED_MS && failing < this.#giveUpMs;
    if (failing >= this.#giveUpMs) throw failure;
    return true;
  }

  #isRefusal(failure: Error): boolean {
    if (!(failure instanceof KubernetesError) || this.#allowed.has(failure.request.path)) return false;
    return isForbidden(failure) || isUnauthorized(failure);
  }
}
