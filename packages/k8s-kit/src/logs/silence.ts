import type { Clock } from "../time/clock.ts";

/** The kubelet ends a follow about 1 s after the container ended (measured); after this it is cut, and the rest is read. */
const END_OF_STREAM_MS = 5_000;
/** A longer timer of Node's fires at once (`TimeoutOverflowWarning`). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What can be silent. */
export interface Quiet {
  /** Monotonic milliseconds. */
  readonly quietSince: number;
}

/** What is allowed to be silent, and for how long. */
export interface SilenceBound {
  readonly idleMs: number;
  /** Can nothing more be written? Then 5 s have to do. */
  readonly over: () => boolean;
  /** Resolves when that may have changed. */
  readonly changed: () => Promise<unknown>;
}

/**
 * Resolves when the stream has been silent for as long as it may be; rejects with the signal's reason. One timer at a time,
 * however lively the stream is.
 */
export async function untilSilent(
  clock: Clock,
  stream: Quiet,
  { idleMs, over, changed }: SilenceBound,
  signal: AbortSignal,
): Promise<void> {
  let overSince: number | null = null;
  for (;;) {
    const change = overSince === null ? changed() : null; // Asked for before the state, so that none is missed.
    if (overSince === null && over()) overSince = clock.monotonic();
    const silentAt =
      overSince === null
        ? stream.quietSince + idleMs
        : Math.max(stream.quietSince, overSince) + Math.min(END_OF_STREAM_MS, idleMs);
    const left = silentAt - clock.monotonic();
    if (left <= 0) return;
    const woken = new AbortController();
    const sleep = clock.sleep(Math.min(left, LONGEST_TIMER_MS), AbortSignal.any([signal, woken.signal]));
    try {
      await (change && overSince === null ? Promise.race([sleep, change]) : sleep);
    } finally {
      woken.abort();
    }
  }
}
