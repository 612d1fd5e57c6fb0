import fc from "fast-check";
import { expect, test } from "vitest";
import { textHash } from "./line-key.ts";
import { LineSplitter } from "./line-splitter.ts";

interface Split {
  text: string;
  length: number;
  /** Of a line that was cut: the hash of all that stands behind its first space. */
  hash?: number;
}

function split(chunks: readonly Uint8Array[], cap: number): Split[] {
  const lines: Split[] = [];
  const splitter = new LineSplitter(cap, (bytes, start, end, cut) => {
    const text = bytes.toString("latin1", start, end);
    lines.push({ text, length: cut?.length ?? text.length, ...(cut && { hash: cut.hash }) });
  });
  for (const chunk of chunks) splitter.push(chunk);
  splitter.rest();
  return lines;
}

test("any chunking of any bytes gives the same lines, each cut to the cap and none lost", () => {
  const bytes = fc
    .uint8Array({ maxLength: 60 })
    .map((array) => Buffer.from(array.map((byte) => (byte % 4 === 0 ? 10 : byte % 4 === 1 ? 32 : byte))));
  fc.assert(
    fc.property(fc.array(bytes), fc.integer({ min: 1, max: 40 }), (chunks, cap) => {
      const all = Buffer.concat(chunks).toString("latin1").split("\n");
      if (all.at(-1) === "") all.pop();
      const expected = all.map((text) => {
        if (text.length <= cap) return { text, length: text.length };
        // Nothing that is kept ends a stamp where there is no space in it.
        const behind = text.slice(text.slice(0, cap).indexOf(" ") + 1);
        return { text: text.slice(0, cap), length: text.length, hash: textHash(Buffer.from(behind, "latin1")) };
      });
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
