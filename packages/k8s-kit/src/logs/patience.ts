import type { Clock } from "../clock.ts";
import { isForbidden, isUnauthorized, KubernetesError } from "../errors.ts";

/** A log that cannot be read is given up after this: longer than an upgrade of a control plane takes. Milliseconds. */
const GIVE_UP_MS = 600_000;
/** The same where the container is over and the server answers, but not with the log: nothing else is waited for then. */
export const GIVE_UP_ENDED_MS = 30_000;

/** How long a log is tried that cannot be read. */
export class Patience {
  readonly #clock: Clock;
  #read = false;
  #failingSince: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something was read. */
  restore(): void {
    this.#read = true;
    this.#failingSince = null;
  }

  /**
   * A request failed; `running`: its container still runs.
   * @returns false when it is time to give up the log of a container that is over
   * @throws the failure: a right that was never there will not come (one that is lost on the way may), or the log of a container
   *   that runs could not be read for too long
   */
  lasts(failure: Error, running: boolean): boolean {
    if (!this.#read && (isForbidden(failure) || isUnauthorized(failure))) throw failure;
    this.#failingSince ??= this.#clock.monotonic();
    const failing = this.#clock.monotonic() - this.#failingSince;
    if (running) {
      if (failing >= GIVE_UP_MS) throw failure;
      return true;
    }
    const answered = failure instanceof KubernetesError && failure.status !== null;
    return failing < (answered ? GIVE_UP_ENDED_MS : GIVE_UP_MS);
  }
}
