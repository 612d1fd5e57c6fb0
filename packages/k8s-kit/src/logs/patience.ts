import type { Clock } from "../time/clock.ts";
import { isForbidden, isUnauthorized, KubernetesError } from "../errors/index.ts";

/** A log that cannot be read is given up after this: longer than an upgrade of a control plane takes. Milliseconds. */
const GIVE_UP_MS = 600_000;
/** The same where the container is over and the server answers, but not with the log: nothing else is waited for then. */
export const GIVE_UP_ENDED_MS = 30_000;

/** A refusal has to last this long before it is believed: an API server that just started may refuse what it allows. */
const REFUSED_MS = 30_000;

/** How long a log is tried that cannot be read. */
export class Patience {
  readonly #clock: Clock;
  #allowed = false;
  #failingSince: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A request was answered with a log, if only with an empty one. */
  allowed(): void {
    this.#allowed = true;
  }

  /** There was progress: the next failure is the first again. */
  restore(): void {
    this.#failingSince = null;
  }

  /**
   * A request failed; `running`: its container still runs.
   * @returns false when it is time to give up the log of a container that is over
   * @throws the failure: a right that was never there (one that is lost on the way may come back), or the log of a container that
   *   runs could not be read for too long
   */
  lasts(failure: Error, running: boolean): boolean {
    this.#failingSince ??= this.#clock.monotonic();
    const failing = this.#clock.monotonic() - this.#failingSince;
    if (!this.#allowed && (isForbidden(failure) || isUnauthorized(failure)) && failing >= REFUSED_MS) throw failure;
    if (running) {
      if (failing >= GIVE_UP_MS) throw failure;
      return true;
    }
    // A stream that we closed because it stalled was answered, too.
    const answered = !(failure instanceof KubernetesError) || failure.status !== null;
    return failing < (answered ? GIVE_UP_ENDED_MS : GIVE_UP_MS);
  }
}
