import type { Clock } from "@opencode-k8s/k8s-kit";

/** So often a quiet run is told to be one, milliseconds. */
const TELL_MS = 30_000;

/**
 * So often it is shown to be alive, milliseconds: another server of Paperclip 2026.824 takes a run for lost that has written nothing
 * for five minutes.
 */
const TOUCH_MS = 240_000;

interface Silence {
  /** Grows with each line. */
  readonly lines: () => number;
  /** Told for how many seconds there was none. */
  readonly tell: (seconds: number) => Promise<void>;
  /** Shows that the run is alive, and leaves nothing to read. */
  readonly touch: () => Promise<void>;
}

/** Watches for silence until the signal aborts. Never rejects, unless `tell` or `touch` does. */
export async function keepAlive(clock: Clock, { lines, tell, touch }: Silence, signal: AbortSignal): Promise<void> {
  let before = lines();
  for (let silentMs = 0; await passed(clock, signal);) {
    silentMs = lines() === before ? silentMs + TELL_MS : 0;
    before = lines();
    if (silentMs > 0) await tell(silentMs / 1000);
    if (silentMs > 0 && silentMs % TOUCH_MS === 0) await touch();
  }
}

async function passed(clock: Clock, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(TELL_MS, signal);
  } catch {
    // The signal.
  }
  return !signal.aborted;
}
