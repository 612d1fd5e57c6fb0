import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { systemClock } from "./clock.ts";

test.each([2 ** 31, Infinity])(
  "a sleep of %s ms, longer than a timer of Node can be, does not end at once",
  async (ms) => {
    const stop = new AbortController();
    const reason = new Error("enough");
    const sleep = systemClock.sleep(ms, stop.signal);
    // Node makes 1 ms of what it cannot hold.
    expect(await Promise.race([sleep, delay(20, "it still sleeps")])).toBe("it still sleeps");
    stop.abort(reason);
    await expect(sleep).rejects.toBe(reason);
  },
);
