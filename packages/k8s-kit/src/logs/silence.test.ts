import { VirtualClock } from "@opencode-k8s/kube-sim";
import { expect, test } from "vitest";
import { untilSilent } from "./silence.ts";

/** A longer timer of Node's fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

test.each([3e9, Infinity])(
  "a stream may be silent for %d ms: no timer is asked for more than it can",
  async (idleMs) => {
    const clock = new VirtualClock();
    const waits: number[] = [];
    const sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
      waits.push(ms);
      return clock.sleep(Math.min(ms, 1000), signal);
    };
    const abort = new AbortController();
    const bound = { idleMs, over: () => false, changed: () => new Promise(() => undefined) };
    const timers = { now: () => clock.now(), monotonic: () => clock.monotonic(), sleep };
    const silent = untilSilent(timers, { quietSince: 0 }, bound, abort.signal);
    void clock.sleep(10_000).then(() => abort.abort(new Error("enough")));
    await expect(clock.run(silent)).rejects.toThrow("enough");
    expect(waits.length).toBeGreaterThan(5);
    expect(Math.max(...waits)).toBeLessThanOrEqual(LONGEST_TIMER_MS);
  },
);
