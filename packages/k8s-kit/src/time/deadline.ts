import type { Clock } from "./clock.ts";

/** A bound on a wait passed. `ms` is the bound in milliseconds. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
  readonly ms: number;

  constructor(what: string, ms: number) {
    super(`${what} took longer than ${ms / 1000} s`);
    this.ms = ms;
  }
}

/** Why a timer ends that nobody waits for any more. Given, because a reason of the platform's own costs a stack trace. */
const OVER = new Error("the wait is over");

/** A signal that aborts with the parent, or with a {@link DeadlineError} when its time has passed. Dispose it when the wait is over. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * Bounds a wait: `using limit = deadline(clock, 15_000, "the list of pods", signal)`, then wait with `limit.signal`.
 * Disposing releases the timer and the listener on the parent.
 */
export function deadline(clock: Clock, ms: number, what: string, parent?: AbortSignal): Deadline {
  const controller = new AbortController();
  const timer = new AbortController();
  const follow = (): void => controller.abort(parent?.reason);
  if (parent?.aborted) follow();
  else parent?.addEventListener("abort", follow, { once: true });
  clock.sleep(ms, timer.signal).then(
    () => controller.abort(new DeadlineError(what, ms)),
    () => undefined, // Disposed before the time had passed.
  );
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      parent?.removeEventListener("abort", follow);
      timer.abort(OVER);
    },
  };
}

/**
 * Resolves with `promise`, or rejects with `signal.reason` when that aborts first. The promise itself goes on.
 * @throws what `promise` rejects with; the signal's reason
 */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  promise.catch(() => undefined); // Abandoned on abort: what it comes to then is nobody's.
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
