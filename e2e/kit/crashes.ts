import { afterAll, beforeAll, expect } from "vitest";

/** Counts, over all tests of a file, the errors that nobody caught. There must be none, whatever the fault. */
export function expectNoCrash(): void {
  const crashes: unknown[] = [];
  const note = (error: unknown): void => void crashes.push(error);
  beforeAll(() => {
    process.on("uncaughtExceptionMonitor", note);
    process.on("unhandledRejection", note);
  });
  afterAll(async () => {
    // A rejection is found unhandled after the microtasks.
    await new Promise((resolve) => setImmediate(resolve));
    process.off("uncaughtExceptionMonitor", note);
    process.off("unhandledRejection", note);
    expect(crashes).toEqual([]);
  });
}
