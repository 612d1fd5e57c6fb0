import type { Clock } from "../time/clock.ts";

/** A cluster may be out of sight this long, milliseconds: longer than an upgrade of a control plane takes. */
const OUTAGE_MS = 600_000;
/** How often the health of a view is looked at, milliseconds. Costs no request. */
const LOOK_MS = 5_000;

/**
 * Resolves with what keeps a view from being up to date, once that has lasted without a break for `ms` milliseconds.
 * A lost observer is not a failed Job: the watch goes on trying, and so may the caller.
 * @param lost `null` while the view is up to date, as `JobWatch.lost`
 * @param options `ms`: 10 minutes unless given
 * @throws the signal's reason
 */
export async function outage(
  clock: Clock,
  lost: () => unknown,
  { ms = OUTAGE_MS, signal }: { ms?: number; signal: AbortSignal },
): Promise<unknown> {
  let since: number | null = null;
  for (;;) {
    const why = lost();
    if (why === null) since = null;
    else {
      since ??= clock.monotonic();
      if (clock.monotonic() - since >= ms) return why;
    }
    await clock.sleep(Math.min(LOOK_MS, ms), signal);
  }
}
