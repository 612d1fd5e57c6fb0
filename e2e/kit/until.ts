import { setTimeout as sleep } from "node:timers/promises";

/** Waits, looking ten times a second. @throws the signal's reason, whose bound is the scenario's: nothing else says "too late" */
export async function until(isTrue: () => boolean | Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!(await isTrue())) await sleep(100, undefined, { signal });
}
