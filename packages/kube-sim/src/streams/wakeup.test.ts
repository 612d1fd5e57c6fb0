import { expect, it } from "vitest";
import { VirtualClock } from "../virtual-clock.ts";
import { Wakeup } from "./wakeup.ts";

const never = new AbortController().signal;

it("wakes all that wait", async () => {
  const clock = new VirtualClock();
  const wakeup = new Wakeup();
  const waiting = Promise.all([wakeup.wait(clock, never), wakeup.wait(clock, never, 1000)]);
  wakeup.wake();
  await clock.run(waiting);
  expect(clock.monotonic()).toBe(0);
});

it("gives up waiting after a time", async () => {
  const clock = new VirtualClock();
  await clock.run(new Wakeup().wait(clock, never, 1000));
  expect(clock.monotonic()).toBe(1000);
});

it("rejects with the reason of its signal", async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const waiting = new Wakeup().wait(clock, controller.signal, 1000);
  controller.abort(new Error("enough"));
  await expect(clock.run(waiting)).rejects.toThrow("enough");
});
