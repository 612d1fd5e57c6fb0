import { describe, expect, it } from "vitest";
import { VirtualClock } from "./virtual-clock.ts";

describe("VirtualClock", () => {
  it("lets hours pass at once", async () => {
    const clock = new VirtualClock(1000);
    await clock.run(clock.sleep(3_600_000));
    expect(clock.now()).toBe(3_601_000);
    expect(clock.monotonic()).toBe(3_600_000);
  });

  it("fires by time, and in the order of setting at the same time", async () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    const at = async (ms: number, name: string): Promise<void> => {
      await clock.sleep(ms);
      seen.push(`${name}@${clock.monotonic()}`);
    };
    await clock.run(Promise.all([at(20, "c"), at(10, "a"), at(20, "d"), at(10, "b")]));
    expect(seen).toEqual(["a@10", "b@10", "c@20", "d@20"]);
  });

  it("lets everything settle before time goes on", async () => {
    const clock = new VirtualClock();
    const chain = async (): Promise<number> => {
      for (let i = 0; i < 500; i++) await Promise.resolve();
      return clock.monotonic();
    };
    const [ended] = await clock.run(Promise.all([chain(), clock.sleep(5)]));
    expect(ended).toBe(0);
  });

  it("rejects a sleep with the reason of its signal, and forgets the timer", async () => {
    const clock = new VirtualClock();
    const controller = new AbortController();
    const sleeping = clock.sleep(1000, controller.signal);
    const stop = clock.sleep(10).then(() => controller.abort(new Error("stop")));
    await expect(clock.run(Promise.all([sleeping, stop]))).rejects.toThrow("stop");
    expect(clock.monotonic()).toBe(10);
  });

  it("hands on what the work rejects with", async () => {
    const clock = new VirtualClock();
    await expect(clock.run(clock.sleep(1).then(() => Promise.reject(new Error("broken"))))).rejects.toThrow("broken");
  });

  it("says so when nothing is left that could settle the work", async () => {
    const clock = new VirtualClock();
    await expect(clock.run(new Promise(() => undefined))).rejects.toThrow(/nothing left to run/);
  });

  it("ends a run whose timers never end", async () => {
    const clock = new VirtualClock();
    const ticking = (async () => {
      for (;;) await clock.sleep(60_000);
    })();
    await expect(clock.run(ticking, { limitMs: 3_600_000 })).rejects.toThrow("still waits after 3600 s");
  });
});
