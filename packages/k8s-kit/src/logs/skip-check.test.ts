import { describe, expect, test } from "vitest";
import { LogCursor } from "./cursor.ts";
import type { Batch, LogEvent } from "./events.ts";
import { SkipCheck } from "./skip-check.ts";

/** A line that was written at this second. */
const line = (second: number): LogEvent => {
  const [seconds, nanos] = [Math.floor(second), Math.round((second % 1) * 1e9)];
  return { type: "line", text: `${second}`, bytes: 5, stamp: { seconds, nanos }, truncated: false };
};

/** A follow, as the check sees it. Clocks differ by a million seconds, which must not matter. */
class Followed {
  readonly check: SkipCheck = new SkipCheck();
  readonly cursor: LogCursor = new LogCursor();

  /** Lines of one chunk, which came at this second; the place of the doubt, which ends the connection. */
  read(at: number, written: readonly number[], { kilobytes = 1, waitedMs = 0 } = {}): number {
    const batch: Batch = { events: written.map(line), hashes: written.map((second) => second * 1000) };
    const arrivedAt = (at - 1_000_000) * 1000;
    const doubt = this.check.doubtIn(
      batch,
      { bytes: new Uint8Array(kilobytes * 1024), arrivedAt, waitedMs },
      this.cursor,
    );
    this.cursor.offer(batch, 0, doubt < 0 ? written.length : doubt);
    this.cursor.accept();
    if (doubt >= 0) this.check.opened();
    return doubt;
  }
}

describe("lines that follow seconds after the one before", () => {
  test("are a pause of the program, in a small log that comes as it is written", () => {
    const followed = new Followed();
    for (const second of [1, 2, 30, 90, 4000]) expect(followed.read(second, [second])).toBe(-1);
  });

  test("are doubtful in a stream that is seconds behind: the kubelet may be two rotations behind", () => {
    const followed = new Followed();
    expect(followed.read(1, [1])).toBe(-1);
    expect(followed.read(8, [2, 3])).toBe(-1);
    expect(followed.read(9, [3.1, 7, 7.1])).toBe(1);
  });

  test("are doubtful in a stream that had to wait for its consumer", () => {
    const followed = new Followed();
    expect(followed.read(1, [1])).toBe(-1);
    expect(followed.read(5, [5], { waitedMs: 1_500 })).toBe(0);
  });

  test("are doubtful in a log so large that it may have been rotated before the kubelet looked for rotations", () => {
    const followed = new Followed();
    expect(followed.read(1, [1], { kilobytes: 1024 })).toBe(-1);
    expect(followed.read(5, [5])).toBe(0);
  });

  test("are not doubted again where the next connection gives no reason to, and that one begins anew", () => {
    const followed = new Followed();
    followed.read(1, [1], { kilobytes: 1024 });
    expect(followed.read(5, [5])).toBe(0);
    expect(followed.read(5.1, [5])).toBe(-1);
    expect(followed.read(60, [60])).toBe(-1);
  });

  test("are doubted again where the next connection may have left out a file itself, three times at most", () => {
    const followed = new Followed();
    followed.read(1, [1], { kilobytes: 1024 });
    expect(followed.read(5, [5])).toBe(0);
    expect(followed.read(9, [9], { waitedMs: 1_500 })).toBe(0);
    expect(followed.read(13, [13], { waitedMs: 1_500 })).toBe(0);
    expect(followed.read(17, [17], { waitedMs: 1_500 })).toBe(-1);
    expect(followed.read(25, [25], { waitedMs: 1_500 })).toBe(0);
  });

  test("are no news while an old log is read that comes all at once, however long ago its pauses were", () => {
    const followed = new Followed();
    const hours = Array.from({ length: 100 }, (_, index) => index * 60);
    expect(followed.read(100_000, hours)).toBe(-1);
  });
});

describe("lines that are older than the one before", () => {
  test("are doubtful when they were handed out already: the kubelet has opened the newest file once more", () => {
    const followed = new Followed();
    followed.read(1, [1, 1.1, 1.2, 1.3]);
    expect(followed.read(2, [1.4, 1.1, 1.2])).toBe(1);
  });

  test("are doubtful also within one chunk", () => {
    expect(new Followed().read(1, [1, 1.1, 1.2, 1.1])).toBe(3);
  });

  test("are doubtful when they are older than all that is remembered", () => {
    const followed = new Followed();
    followed.read(
      10,
      Array.from({ length: 5000 }, (_, index) => index / 1000),
    );
    expect(followed.read(11, [0.1])).toBe(0);
  });

  test("are doubtful when the newest file had but one line, or a few of one millisecond, when it was read first", () => {
    const followed = new Followed();
    followed.read(1, [1, 1.0001]);
    expect(followed.read(2, [1.0001, 1.0002])).toBe(0);
    followed.read(3, [2, 2.0001]);
    expect(followed.read(4, [2, 2.0001, 2.0002])).toBe(0);
  });

  test("are doubtful again when the next connection repeats the file, too", () => {
    const followed = new Followed();
    followed.read(1, [1, 1.1, 1.2]);
    expect(followed.read(2, [1.1])).toBe(0);
    expect(followed.read(3, [1.1])).toBe(0);
  });

  test("and the same are no sign of anything once a clock has been found to give several lines one stamp", () => {
    const followed = new Followed();
    expect(followed.read(1, [1, 1, 1])).toBe(1);
    expect(followed.read(1, [1, 1])).toBe(-1); // What the second connection brings beyond what it repeats.
    expect(followed.read(2, [2, 2, 3, 3])).toBe(-1);
    expect(followed.read(3, [2])).toBe(0);
  });

  test("are doubtful, with the one before them, when that is the rest of a line that rotation cut in two", () => {
    const followed = new Followed();
    followed.read(1, [1, 1.1, 1.2, 1.3]);
    expect(followed.read(2, [1.4, 1.05, 1.1, 1.2])).toBe(1);
    const inTwoChunks = new Followed();
    inTwoChunks.read(1, [1, 1.1, 1.2, 1.3]);
    expect(inTwoChunks.read(2, [1.4, 1.05])).toBe(-1);
    expect(inTwoChunks.read(2, [1.1, 1.2])).toBe(0);
  });

  test("are just out of order when nobody has seen them", () => {
    const followed = new Followed();
    followed.read(1, [1, 1.2]);
    expect(followed.read(2, [1.1, 1.3])).toBe(-1);
  });
});
