import fc from "fast-check";
import { expect, test } from "vitest";
import { LineSplitter } from "./line-splitter.ts";

interface Split {
  text: string;
  length: number;
}

function split(chunks: readonly Uint8Array[], cap: number): Split[] {
  const lines: Split[] = [];
  const splitter = new LineSplitter(cap, (bytes, start, end, cutFrom) => {
    lines.push({ text: bytes.toString("latin1", start, end), length: cutFrom || end - start });
  });
  for (const chunk of chunks) splitter.push(chunk);
  splitter.rest();
  return lines;
}

test("any chunking of any bytes gives the same lines, each cut to the cap and none lost", () => {
  const bytes = fc
    .uint8Array({ maxLength: 60 })
    .map((array) => Buffer.from(array.map((byte) => (byte % 4 === 0 ? 10 : byte))));
  fc.assert(
    fc.property(fc.array(bytes), fc.integer({ min: 1, max: 40 }), (chunks, cap) => {
      const all = Buffer.concat(chunks).toString("latin1").split("\n");
      if (all.at(-1) === "") all.pop();
      const expected = all.map((text) => ({ text: text.slice(0, cap), length: text.length }));
      expect(split(chunks, cap)).toEqual(expected);
    }),
  );
});

test("a line that was cut is copied: the chunk's memory may be used again", () => {
  const lines: string[] = [];
  const splitter = new LineSplitter(100, (bytes, start, end) => lines.push(bytes.toString("utf8", start, end)));
  const chunk = Buffer.from("begin");
  splitter.push(chunk);
  chunk.fill("x");
  splitter.push(Buffer.from("-end\n"));
  expect(lines).toEqual(["begin-end"]);
});
