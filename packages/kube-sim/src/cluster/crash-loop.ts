/** The kubelet's wait before the second restart; doubled with each one, up to the longest (`MaxContainerBackOff`). */
const FIRST_MS = 10_000;
const LONGEST_MS = 300_000;

/** A container that ran for this long is forgiven its past (twice the longest wait). */
const FORGIVEN_AFTER_MS = 2 * LONGEST_MS;

/** The kubelet looks again only some time after the wait is over (measured: 14 s for 10 s, 28 s for 20 s). */
const LATENESS = 1.4;

/** The waits of a container that ends again and again. */
export class CrashLoop {
  #nextMs = 0;

  /** The wait before the next start of a container that ran for `ranMs`: zero at first. */
  next(ranMs: number): number {
    if (ranMs >= FORGIVEN_AFTER_MS) this.#nextMs = 0;
    const wait = this.#nextMs;
    this.#nextMs = wait === 0 ? FIRST_MS : Math.min(wait * 2, LONGEST_MS);
    return wait;
  }
}

/** How long it takes until the kubelet does what it may do after `waitMs`. */
export function untilLooked(waitMs: number): number {
  return waitMs * LATENESS;
}

/** Milliseconds as Go prints a duration of whole seconds: `40s`, `2m40s`, `5m0s`. */
export function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
