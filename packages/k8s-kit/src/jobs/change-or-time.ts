import type { Clock } from "../time/clock.ts";

/** Resolves with the change, or after `ms` milliseconds. @throws the signal's reason */
export async function changeOrTime(
  changed: Promise<void>,
  clock: Clock,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  const timer = new AbortController();
  try {
    await Promise.race([changed, clock.sleep(ms, AbortSignal.any([signal, timer.signal]))]);
  } finally {
    timer.abort();
  }
  signal.throwIfAborted();
}
