import fc from "fast-check";
import { expect, test } from "vitest";
import { LogCursor } from "./cursor.ts";
import { LogDecoder } from "./decoder.ts";
import type { LogEvent } from "./events.ts";

/** A record of the node's log file. */
interface Written {
  seconds: number;
  nanos: number;
  text: string;
}

const BASE = Date.UTC(2026, 10, 22, 16, 0, 0) / 1000;

function render({ seconds, nanos, text }: Written): string {
  const second = new Date((BASE + seconds) * 1000).toISOString().slice(0, 19);
  return `${second}.${String(nanos).padStart(9, "0")}Z ${text}\n`;
}

/** What a server sends from `sinceTime` on: whole seconds, inclusive, in the order of the file. */
function serve(log: readonly Written[], sinceTime: string | undefined): Buffer {
  const since = sinceTime === undefined ? Number.NEGATIVE_INFINITY : Date.parse(sinceTime) / 1000 - BASE;
  return Buffer.from(
    log
      .filter((line) => line.seconds >= since)
      .map(render)
      .join(""),
  );
}

/** Reads one connection up to `bytes`; what it brings is accepted. */
function connect(cursor: LogCursor, log: readonly Written[], bytes = Number.POSITIVE_INFINITY): LogEvent[] {
  const decoder = new LogDecoder(cursor, 1 << 20);
  return accepted(cursor, decoder, serve(log, cursor.sinceTime).subarray(0, bytes));
}

function accepted(cursor: LogCursor, decoder: LogDecoder, bytes: Buffer): LogEvent[] {
  const batch = decoder.push(bytes);
  cursor.offer(batch, 0, batch.events.length);
  cursor.accept();
  return batch.events;
}

const texts = (read: readonly LogEvent[]): string[] => read.flatMap((event) => ("text" in event ? [event.text] : []));

/** Few stamps and few texts, so that lines repeat; out of order by some nanoseconds, as two writers are. */
const anyLog = fc
  .array(
    fc.record({
      step: fc.integer({ min: 0, max: 2 }),
      nanos: fc.integer({ min: 0, max: 3 }),
      text: fc.constantFrom("a", "b", "ä€😀", ""),
    }),
    {
      maxLength: 60,
    },
  )
  .map((steps) => {
    let seconds = 0;
    return steps.map(({ step, nanos, text }): Written => ({ seconds: (seconds += step === 2 ? 1 : 0), nanos, text }));
  });

test("whatever the connection is cut at, also in mid-replay, in mid-line and in mid-character: every line exactly once, in order", () => {
  fc.assert(
    fc.property(anyLog, fc.array(fc.nat({ max: 400 }), { maxLength: 30 }), (log, cuts) => {
      const cursor = new LogCursor();
      const delivered: string[] = [];
      // The log grows while it is read: each connection sees a little more of it.
      cuts.forEach((cut, index) => {
        const grown = log.slice(0, Math.ceil((log.length * (index + 1)) / (cuts.length + 1)));
        const read = connect(cursor, grown, cut);
        expect(read.filter(({ type }) => type === "gap")).toEqual([]);
        delivered.push(...texts(read));
      });
      delivered.push(...texts(connect(cursor, log)));
      expect(delivered).toEqual(log.map(({ text }) => text));
    }),
    { numRuns: 500 },
  );
});

test("a line that was not committed is delivered again", () => {
  const log = [{ seconds: 0, nanos: 1, text: "one" }];
  const cursor = new LogCursor();
  expect(new LogDecoder(cursor, 100).push(serve(log, undefined)).events).toHaveLength(1);
  expect(texts(connect(cursor, log))).toEqual(["one"]);
});

test("a resume that does not meet the last line again is a gap, said once, with the stamp before it", () => {
  const log = Array.from({ length: 10 }, (_, index) => ({ seconds: index, nanos: 0, text: `line ${index}` }));
  const cursor = new LogCursor();
  connect(cursor, log.slice(0, 3));
  const rotated = connect(cursor, log.slice(6));
  expect(rotated.filter(({ type }) => type === "gap")).toEqual([
    { type: "gap", after: { seconds: BASE + 2, nanos: 0 }, before: { seconds: BASE + 6, nanos: 0 } },
  ]);
  expect(rotated[0]?.type).toBe("gap");
  expect(texts(rotated)).toEqual(["line 6", "line 7", "line 8", "line 9"]);
});

test("the headless tail of a line that was delivered whole is dropped, and only at the begin of a resume", () => {
  const log = [{ seconds: 0, nanos: 1, text: "a long line" }];
  const cursor = new LogCursor();
  connect(cursor, log);
  const decoder = new LogDecoder(cursor, 100);
  const resumed = Buffer.concat([
    Buffer.from("long line\n"),
    serve(log, undefined),
    Buffer.from("rpc error: no such container\n"),
  ]);
  expect(decoder.push(resumed).events).toEqual([{ type: "message", text: "rpc error: no such container" }]);
});

test("a node's clock that is set back does not bring old lines again", () => {
  const before = Array.from({ length: 8 }, (_, index) => ({ seconds: index + 10, nanos: 0, text: `before ${index}` }));
  const after = [{ seconds: 12, nanos: 5, text: "after" }];
  const cursor = new LogCursor();
  connect(cursor, [...before, ...after]);
  expect(texts(connect(cursor, [...before, ...after, { seconds: 12, nanos: 6, text: "later" }]))).toEqual(["later"]);
});
