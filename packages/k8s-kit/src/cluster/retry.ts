import { isTransient, retryAfterMs } from "../errors/index.ts";
import { Backoff } from "../time/backoff.ts";
import type { Clock } from "../time/clock.ts";

/**
 * Does `work` again, with full jitter and at least `Retry-After` in between, while its failure is transient and the signal
 * allows. Only for what has the same effect twice.
 * @throws what `work` threw, when that is not transient or the signal has aborted; the signal's reason
 */
export async function retry<T>(
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const backoff = new Backoff(clock, random);
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || !isTransient(error)) throw error;
      await backoff.wait(signal, retryAfterMs(error));
    }
  }
}
