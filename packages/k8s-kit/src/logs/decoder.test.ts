import { describe, expect, test } from "vitest";
import { LogCursor } from "./cursor.ts";
import { LogDecoder } from "./decoder.ts";
import type { Batch } from "./events.ts";

const STAMP = "2026-01-02T03:04:05.000000006Z";

test("only a newline ends a line: NUL, CR and the separators of Unicode are part of it", () => {
  const text = "a\0b\rc\u2028d\u2029e\u0085f\v\f\r";
  const { events } = new LogDecoder(new LogCursor(), 1024).push(Buffer.from(`${STAMP} ${text}\n`));
  expect(events).toMatchObject([{ type: "line", text, bytes: Buffer.byteLength(text) }]);
});

test("a line that reads like the kubelet's own words is a line, by its stamp", () => {
  const decoder = new LogDecoder(new LogCursor(), 1024);
  const { events } = decoder.push(Buffer.from(`${STAMP} unable to retrieve container logs for containerd://a\n`));
  expect(events).toMatchObject([{ type: "line" }]);
  expect(decoder.missing).toBe(false);
});

test("a server that gives no stamps costs no memory: only its last messages are known again", () => {
  const said = new Set<string>();
  const push = (text: string): number =>
    new LogDecoder(new LogCursor(), 1024, said).push(Buffer.from(text)).events.length;
  const messages = Array.from({ length: 10_000 }, (_, index) => `message ${index}\n`);
  expect(push(messages.join(""))).toBe(10_000);
  expect(said.size).toBeLessThanOrEqual(256);
  expect(push(messages.slice(-100).join(""))).toBe(0);
});

describe("a line that rotation cut in two, and that was delivered whole", () => {
  /** Lines, each with its stamp: nanoseconds after 03:04:05. */
  const log = (...lines: readonly (readonly [nanos: number, text: string])[]): Buffer =>
    Buffer.from(lines.map(([nanos, text]) => `${stampOf(nanos)} ${text}\n`).join(""));
  const stampOf = (nanos: number): string =>
    `2026-01-02T03:04:0${5 + Math.floor(nanos / 1e9)}.${String(nanos % 1e9).padStart(9, "0")}Z`;
  const accepted = (cursor: LogCursor, batch: Batch): string[] => {
    cursor.offer(batch, 0, batch.events.length);
    cursor.accept();
    return batch.events.map((event) => (event.type === "line" ? event.text : event.type));
  };
  const after = (bytes: Buffer): LogCursor => {
    const cursor = new LogCursor();
    accepted(cursor, new LogDecoder(cursor, 1024).push(bytes));
    return cursor;
  };

  test("does not come again with its rest, the first line of the new file", () => {
    const cursor = after(log([1, "head tail"], [5, "next"]));
    const decoder = new LogDecoder(cursor, 1024);
    expect(accepted(cursor, decoder.push(log([3, "tail"])))).toEqual([]);
    expect(decoder.caughtUp).toBe(false);
    expect(accepted(cursor, decoder.push(log([5, "next"], [6, "new"])))).toEqual(["new"]);
    expect([decoder.caughtUp, decoder.gapSaid, cursor.complete]).toEqual([true, false, true]);
  });

  test("is told from a gap by the line behind the first one, and nothing of the new file is lost then", () => {
    const cursor = after(log([1, "one"], [5, "two"]));
    const decoder = new LogDecoder(cursor, 1024);
    expect(accepted(cursor, decoder.push(log([4, "out of order"])))).toEqual([]);
    expect(accepted(cursor, decoder.push(log([6, "six"], [7, "seven"])))).toEqual([
      "gap",
      "out of order",
      "six",
      "seven",
    ]);
  });

  test("is not waited for where nothing known can follow: what is newer than all that is known is said at once", () => {
    const cursor = after(log([1, "one"], [5, "two"]));
    expect(accepted(cursor, new LogDecoder(cursor, 1024).push(log([6, "six"])))).toEqual(["gap", "six"]);
  });

  test("is a gap when the log ends behind the first line", () => {
    const cursor = after(log([1, "one"], [5, "two"]));
    const decoder = new LogDecoder(cursor, 1024);
    expect(accepted(cursor, decoder.push(log([4, "out of order"])))).toEqual([]);
    expect(accepted(cursor, decoder.end())).toEqual(["gap", "out of order"]);
  });

  test("comes with its rest, behind a gap that is none, when it was the last line: a gap too many, and none too few", () => {
    const cursor = after(log([1, "head tail"]));
    expect(accepted(cursor, new LogDecoder(cursor, 1024).push(log([3, "tail"], [5, "next"])))).toEqual([
      "gap",
      "tail",
      "next",
    ]);
  });

  test("does not come again when the stream is cut behind its rest", () => {
    const cursor = after(log([1, "head tail"], [5, "next"]));
    for (let cut = 0; cut < 3; cut += 1)
      expect(accepted(cursor, new LogDecoder(cursor, 1024).push(log([3, "tail"])))).toEqual([]);
    expect(accepted(cursor, new LogDecoder(cursor, 1024).push(log([3, "tail"], [5, "next"], [6, "new"])))).toEqual([
      "new",
    ]);
  });

  test("may have had a record of stderr glued to its head: that is no line of the new file either", () => {
    const cursor = after(log([1, "head error"], [4, "tail"]));
    const decoder = new LogDecoder(cursor, 1024);
    expect(accepted(cursor, decoder.push(log([3, "error"], [4, "tail"], [5, "new"])))).toEqual(["new"]);
  });

  test("is not believed in because of a line that is known by its stamp alone: the clock may have been set back", () => {
    const cursor = after(log([1, "forgotten"], [3e9, "one"], [3e9 + 5, "two"]));
    const decoder = new LogDecoder(cursor, 1024);
    const rotated = log([3e9 + 4, "new"], [0, "set back"]);
    expect(accepted(cursor, decoder.push(rotated))).toEqual(["gap", "new", "set back"]);
  });

  test("is believed in once, at the beginning: an unknown line elsewhere is a line", () => {
    const cursor = after(log([1, "one"], [5, "two"]));
    const decoder = new LogDecoder(cursor, 1024);
    expect(accepted(cursor, decoder.push(log([1, "one"], [4, "new"], [5, "two"])))).toEqual(["new"]);
  });
});
