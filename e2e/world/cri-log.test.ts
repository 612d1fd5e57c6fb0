import { expect, test } from "vitest";
import { CriLines } from "./cri-log.ts";

const record = (stream: string, tag: string, content: Buffer | string): Buffer =>
  Buffer.concat([Buffer.from(`2026-01-01T00:00:00Z ${stream} ${tag} `), Buffer.from(content), Buffer.from("\n")]);

test("pieces of a line are joined, in the middle of a character, over stderr and into the next file", () => {
  const lines = new CriLines();
  const smile = Buffer.from("a😀b");
  const first = [
    record("stdout", "F", "one"),
    record("stdout", "P", smile.subarray(0, 3)),
    record("stderr", "F", "no"),
  ];
  expect(lines.read(Buffer.concat(first))).toEqual(["one"]);
  const second = [record("stdout", "F", smile.subarray(3)), record("stdout", "F", ""), Buffer.from("2026-01-01T")];
  expect(lines.read(Buffer.concat(second))).toEqual(["a😀b", ""]);
});
