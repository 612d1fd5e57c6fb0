import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Cleaner } from "../log/index.ts";
import { Delivery } from "./delivery.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type OnLog = ConstructorParameters<typeof Delivery>[0];
const MINUTE = 60_000;
const line = (text: string): { text: string; bytes: number } => ({ text, bytes: text.length });

test("a Paperclip that never answers is waited for, and then the run goes on without it", async () => {
  const onLog = vi.fn<OnLog>(() => new Promise(() => undefined));
  const delivery = new Delivery(onLog, new Cleaner([]));
  const delivered = vi.fn<() => void>();
  const first = delivery.lines([line("one"), line("two")]).then(delivered);
  await vi.advanceTimersByTimeAsync(9 * MINUTE);
  expect(delivered).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  await first;
  await delivery.lines([line("three")]);
  expect(onLog).toHaveBeenCalledTimes(1);
  expect(delivery.accepted).toEqual({ lines: 0, bytes: 0 });
  expect(delivery.refusal).toBe("Paperclip has not answered for 10 minutes");
});

test("a slow one is never given up", async () => {
  const onLog = vi.fn<OnLog>(() => new Promise((resolve) => void setTimeout(resolve, 7 * MINUTE)));
  const delivery = new Delivery(onLog, new Cleaner([]));
  const lines = Array.from({ length: 20 }, (_, index) => line(`line ${index}`));
  const delivered = delivery.lines(lines);
  await vi.advanceTimersByTimeAsync(20 * 7 * MINUTE);
  await delivered;
  expect(delivery.accepted.lines).toBe(20);
  expect(delivery.refusal).toBeNull();
  expect(vi.getTimerCount()).toBe(0);
});

test("a cancel does not wait for it", async () => {
  const delivery = new Delivery(() => new Promise<void>(() => undefined), new Cleaner([]));
  const cancel = new AbortController();
  delivery.until(cancel.signal);
  const delivered = delivery.lines([line("one")]);
  cancel.abort(new Error("cancelled"));
  await expect(delivered).rejects.toThrow("cancelled");
  expect(vi.getTimerCount()).toBe(0);
});
