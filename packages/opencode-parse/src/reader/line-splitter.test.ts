import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FIXTURES, readRuns } from "../../test/runs.ts";
import { createRunReader, parseRun } from "../index.ts";
import type { RunReaderOptions, RunReport } from "../index.ts";
import { LineSplitter } from "./line-splitter.ts";

const encoder = new TextEncoder();
const outputs = readRuns(FIXTURES).map(({ lines }) => encoder.encode(lines.map((line) => `${line}\n`).join("")));

/** Control characters and quotes; overlong, cut, too large, and half a surrogate pair; a byte order mark; a rocket. */
const DAMAGE = [
  [0x00],
  [0x0a],
  [0x0d, 0x0a],
  [0x22],
  [0x5c],
  [0xff],
  [0xc0, 0x80],
  [0xe2, 0x82],
  [0xf5, 0x80, 0x80, 0x80],
  [0xed, 0xa0, 0x80],
  [0xef, 0xbb, 0xbf],
  [0xf0, 0x9f, 0x9a, 0x80],
];

function linesOf(chunks: readonly Uint8Array[], maxLineBytes: number): string[] {
  const lines: string[] = [];
  const sink = { line: (text: string) => void lines.push(text), oversized: () => void lines.push("(oversized)") };
  const splitter = new LineSplitter(sink, maxLineBytes);
  for (const chunk of chunks) splitter.write(chunk);
  splitter.end();
  return lines;
}

/** The chunks are one buffer that is used again and again, as those of a file are. */
function reportOf(bytes: Uint8Array, sizes: readonly number[], options?: RunReaderOptions): RunReport {
  const reader = createRunReader(options);
  const buffer = new Uint8Array(bytes.length);
  let start = 0;
  for (let index = 0; start < bytes.length; index++) {
    const chunk = bytes.subarray(start, start + (sizes[index % sizes.length] ?? bytes.length));
    buffer.set(chunk);
    reader.write(buffer.subarray(0, chunk.length));
    start += chunk.length;
  }
  return reader.end();
}

const sizes = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 20 });

describe("bytes, however they are cut into chunks,", () => {
  test("give the same report, wherever the output ends, and whatever is damaged in it", () => {
    const sequence = fc.oneof(
      fc.constantFrom(...DAMAGE),
      fc.array(fc.constantFrom(...DAMAGE.flat()), { maxLength: 4 }),
    );
    const damage = fc.array(fc.tuple(fc.nat(), sequence), { maxLength: 5 });
    fc.assert(
      fc.property(fc.constantFrom(...outputs), fc.nat(), damage, sizes, (output, end, places, chunkSizes) => {
        const bytes = output.slice(0, end % (output.length + 1));
        for (const [place, damaged] of places) {
          const room = bytes.subarray(bytes.length === 0 ? 0 : place % bytes.length);
          room.set(damaged.slice(0, room.length));
        }
        const report = parseRun(bytes);
        expect(reportOf(bytes, chunkSizes)).toEqual(report);
        expect(parseRun(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes))).toEqual(report);
      }),
      { numRuns: 300 },
    );
  });

  test("give the same lines and the same lines that are too long", () => {
    const text = fc.array(fc.constantFrom("a", "\n", "\r\n", "é", "🚀", "\u0000", "\ufeff", "x".repeat(40)));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 60 }), sizes, (pieces, max, chunkSizes) => {
        const whole = pieces.join("");
        const bytes = encoder.encode(whole);
        const expected = whole
          .replace(/\n$/, "")
          .split("\n")
          .map((line) => (encoder.encode(line).length > max ? "(oversized)" : line));
        const chunks: Uint8Array[] = [];
        for (let start = 0, index = 0; start < bytes.length; index++) {
          const size = ((chunkSizes[index % chunkSizes.length] ?? 1) % 50) + 1;
          chunks.push(bytes.slice(start, start + size));
          start += size;
        }
        expect(linesOf(chunks, max)).toEqual(whole === "" ? [] : expected);
      }),
      { numRuns: 1000 },
    );
  });
});

test("a line that is too long is counted, and all around it is read; so it is when lines are pushed", () => {
  const long = JSON.stringify({ type: "text", timestamp: 1, sessionID: "ses_1", part: { text: "é".repeat(300) } });
  const finish = JSON.stringify({ type: "step_finish", timestamp: 1, sessionID: "ses_1", part: { reason: "stop" } });
  const output = `${long}\n${finish}\n${long}`;
  const expected = { events: { other: 2, text: 0, step_finish: 1 }, oversizedLines: 2, cutLine: false };
  expect(parseRun(output, { maxLineBytes: 500 })).toMatchObject(expected);
  expect(reportOf(encoder.encode(output), [7], { maxLineBytes: 500 })).toMatchObject(expected);
  expect(parseRun(output)).toMatchObject({ oversizedLines: 0, events: { text: 2 } });
});

test("a line of several megabytes is read in chunks of any size", () => {
  const text = "word \u{1f680} ".repeat(500_000);
  const lines = [
    JSON.stringify({ type: "text", timestamp: 1, sessionID: "ses_1", part: { text } }),
    JSON.stringify({ type: "step_finish", timestamp: 1, sessionID: "ses_1", part: { reason: "stop" } }),
  ];
  expect(reportOf(encoder.encode(lines.join("\n")), [65_536]).answer === text).toBe(true);
});

test("an empty chunk is nothing, and after the end the reader may go on", () => {
  const finish = encoder.encode(
    JSON.stringify({ type: "step_finish", timestamp: 1, sessionID: "ses_1", part: { reason: "stop" } }),
  );
  const reader = createRunReader();
  reader.write(finish);
  reader.write(new Uint8Array(0));
  expect(reader.report().steps).toBe(0);
  expect([reader.end().steps, reader.end().steps]).toEqual([1, 1]);
  reader.write(finish);
  expect(reader.end().steps).toBe(2);
});

test("what is no UTF-8 becomes U+FFFD", () => {
  expect(linesOf([new Uint8Array([0xff, 0x41]), new Uint8Array([0xe2, 0x82, 0x0a, 0xac])], 100)).toEqual([
    "\ufffdA\ufffd",
    "\ufffd",
  ]);
});
