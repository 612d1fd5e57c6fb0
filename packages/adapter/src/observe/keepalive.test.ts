import { VirtualClock } from "@opencode-k8s/kube-sim";
import { expect, test } from "vitest";
import { keepAlive } from "./keepalive.ts";

test("a quiet run is told to be one every thirty seconds, and shown to be alive every four minutes, until it is over", async () => {
  const clock = new VirtualClock();
  const over = new AbortController();
  const told: number[] = [];
  let touched = 0;
  let lines = 0;
  const silence = {
    lines: () => lines,
    tell: (seconds: number) => Promise.resolve(void told.push(seconds)),
    touch: () => Promise.resolve(void touched++),
  };
  const played = async (): Promise<void> => {
    const watching = keepAlive(clock, silence, over.signal);
    await clock.sleep(100_000);
    lines += 1;
    await clock.sleep(510_000);
    over.abort();
    await watching;
  };
  await clock.run(played());
  expect(told.slice(0, 5)).toEqual([30, 60, 90, 30, 60]);
  expect(told.at(-1)).toBe(480);
  expect(touched).toBe(2);
});
