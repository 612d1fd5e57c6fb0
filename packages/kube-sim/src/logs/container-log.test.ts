import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../virtual-clock.ts";
import { ContainerLog, type LogRecord } from "./container-log.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const shown = ({ stream, partial, bytes: content }: LogRecord): string =>
  `${stream} ${partial ? "P" : "F"} ${content.length}`;

describe("ContainerLog", () => {
  it("keeps a record a line, whatever the pieces in which it was printed", () => {
    const log = new ContainerLog(new VirtualClock());
    for (const piece of ["a", "b\nc", "\n\n", "d"]) log.write("stdout", bytes(piece));
    log.end();
    const texts = log.file.records.map(({ bytes: content, partial }) => [new TextDecoder().decode(content), partial]);
    expect(texts).toEqual([
      ["ab\n", false],
      ["c\n", false],
      ["\n", false],
      ["d", true],
    ]);
  });

  it.each([
    [16_384, ["stdout F 16385"]],
    [16_385, ["stdout P 16384", "stdout F 2"]],
    [40_000, ["stdout P 16384", "stdout P 16384", "stdout F 7233"]],
  ])("cuts a line of %i bytes at 16 KiB", (length, records) => {
    const log = new ContainerLog(new VirtualClock());
    log.write("stdout", bytes(`${"x".repeat(length)}\n`));
    expect(log.file.records.map(shown)).toEqual(records);
  });

  it("keeps the streams apart: a piece of one may stand between pieces of the other", () => {
    const log = new ContainerLog(new VirtualClock());
    log.write("stdout", bytes("x".repeat(20_480)));
    log.write("stderr", bytes("e\n"));
    log.write("stdout", bytes("\n"));
    expect(log.file.records.map(shown)).toEqual(["stdout P 16384", "stderr F 2", "stdout F 4097"]);
  });

  it("sees an unfinished line in whole buffers of 4 KiB only", () => {
    const log = new ContainerLog(new VirtualClock());
    log.write("stdout", bytes("x".repeat(20_479)));
    log.write("stderr", bytes("e\n"));
    log.write("stdout", bytes("\n"));
    expect(log.file.records.map(shown)).toEqual(["stderr F 2", "stdout P 16384", "stdout F 4096"]);
  });

  it("puts what there is of a line into the old file when it rotates, and the rest into the new one", () => {
    const log = new ContainerLog(new VirtualClock());
    const old = log.file;
    log.write("stdout", bytes("whole\nhe"));
    log.write("stderr", bytes("e"));
    log.rotate();
    log.write("stdout", bytes("ad\n"));
    log.write("stderr", bytes("rror\n"));
    expect(old.records.map(shown)).toEqual(["stdout F 6", "stdout P 2", "stderr P 1"]);
    expect(log.file.records.map(shown)).toEqual(["stdout F 3", "stderr F 5"]);
  });

  it("loses and invents nothing", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 40_000 }), { maxLength: 6 }), (pieces) => {
        const log = new ContainerLog(new VirtualClock());
        for (const piece of pieces) log.write("stdout", bytes(piece));
        log.end();
        expect(Buffer.concat(log.file.records.map((record) => record.bytes))).toEqual(Buffer.from(pieces.join("")));
        for (const record of log.file.records) expect(record.bytes.length).toBeLessThanOrEqual(16_385);
      }),
      { numRuns: 50 },
    );
  });

  it("stamps records of one millisecond a microsecond apart", () => {
    const log = new ContainerLog(new VirtualClock(1000));
    log.write("stdout", bytes("a\nb\n"));
    expect(log.file.records.map(({ at }) => at)).toEqual([1_000_000_000n, 1_000_001_000n]);
  });

  it("rotates when it is looked at and too large", async () => {
    const clock = new VirtualClock();
    const log = new ContainerLog(clock, { maxBytes: 100, checkMs: 10_000 });
    log.write("stdout", bytes(`${"x".repeat(200)}\n`));
    log.write("stdout", bytes("still here\n"));
    expect(log.file.records).toHaveLength(2);
    await clock.advance(10_000);
    log.write("stdout", bytes("alone\n"));
    expect(log.file.records).toHaveLength(1);
  });
});
