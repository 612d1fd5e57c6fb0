import { VirtualClock } from "@opencode-k8s/kube-sim";
import { expect, test } from "vitest";
import { ReadAhead } from "./read-ahead.ts";

/** A body of chunks of ten bytes, which counts those that were asked for, and then fails or ends. */
function body(
  chunks: number,
  end: "well" | Error = "well",
): { reader: ReadableStreamDefaultReader<Uint8Array>; pulled(): number } {
  let pulled = 0;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (pulled < chunks) return controller.enqueue(new Uint8Array(10).fill(pulled++));
        if (end === "well") return controller.close();
        controller.error(end);
      },
    },
    { highWaterMark: 0 },
  );
  return { reader: stream.getReader(), pulled: () => pulled };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("reads on while nobody takes anything, up to its bound, and goes on as soon as there is room", async () => {
  const { reader, pulled } = body(100);
  const ahead = new ReadAhead(reader, new VirtualClock(), 50);
  await settled();
  expect(pulled()).toBe(5);
  await ahead.next();
  await settled();
  expect(pulled()).toBe(6);
});

test("gives every chunk in order, and then the end", async () => {
  const { reader } = body(100);
  const ahead = new ReadAhead(reader, new VirtualClock(), 50);
  const seen: (number | undefined)[] = [];
  for (let chunk = await ahead.next(); chunk; chunk = await ahead.next()) seen.push(chunk.bytes[0]);
  expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => index));
});

test("a failure comes after everything that came before it", async () => {
  const failure = new Error("reset");
  const ahead = new ReadAhead(body(2, failure).reader, new VirtualClock(), 50);
  await settled();
  expect((await ahead.next())?.bytes[0]).toBe(0);
  expect((await ahead.next())?.bytes[0]).toBe(1);
  await expect(ahead.next()).rejects.toBe(failure);
});

test("a server that we do not listen to is not silent", async () => {
  const clock = new VirtualClock();
  const ahead = new ReadAhead(body(100).reader, clock, 50);
  await settled();
  await clock.advance(60_000);
  expect(ahead.quietSince).toBe(60_000);
  await ahead.next();
  await settled();
  // Full again, with the chunk that came now.
  await clock.advance(60_000);
  expect(ahead.quietSince).toBe(120_000);
});

test("silence counts from the last byte", async () => {
  const clock = new VirtualClock();
  const never = new ReadableStream<Uint8Array>({}).getReader();
  await clock.advance(1_000);
  const ahead = new ReadAhead(never, clock, 50);
  await clock.advance(60_000);
  expect(ahead.quietSince).toBe(1_000);
});

test("what is discarded is freed, and whoever waits is let go", async () => {
  const { reader, pulled } = body(100);
  const ahead = new ReadAhead(reader, new VirtualClock(), 50);
  await settled();
  ahead.discard();
  expect(await ahead.next()).toBeNull();
  await settled();
  expect(pulled()).toBe(5);
});
