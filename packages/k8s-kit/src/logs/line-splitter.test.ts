import fc from "fast-check";
import { expect, test } from "vitest";
import { LineSplitter } from "./line-splitter.ts";

interface Split {
  text: string;
  length: number;
}

function split(chunks: readonly Uint8Array[], cap: number): { lines: Split[]; rest: Split } {
  const splitter = new LineSplitter(cap);
  const show = ({ bytes, length }: { bytes: Buffer; length: number }): Split => ({
    text: bytes.toString("latin1"),
    length,
  });
  // A line is a view: it is read before the next is asked for.
  const lines = chunks.flatMap((chunk) => Array.from(splitter.push(chunk), show));
  return { lines, rest: show(splitter.rest()) };
}

test("any chunking of any bytes gives the same lines, each cut to the cap and none lost", () => {
  const bytes = fc
    .uint8Array({ maxLength: 60 })
    .map((array) => Buffer.from(array.map((byte) => (byte % 4 === 0 ? 10 : byte))));
  fc.assert(
    fc.property(fc.array(bytes), fc.integer({ min: 1, max: 40 }), (chunks, cap) => {
      const all = Buffer.concat(chunks).toString("latin1").split("\n");
      const expected = all.map((text) => ({ text: text.slice(0, cap), length: text.length }));
      const { lines, rest } = split(chunks, cap);
      expect([...lines, rest]).toEqual(expected);
    }),
  );
});

test("a line that was cut is copied: the chunk's memory may be used again", () => {
  const splitter = new LineSplitter(100);
  const chunk = Buffer.from("begin");
  expect([...splitter.push(chunk)]).toEqual([]);
  chunk.fill("x");
  expect([...splitter.push(Buffer.from("-end\n"))].map(({ bytes }) => bytes.toString())).toEqual(["begin-end"]);
});
