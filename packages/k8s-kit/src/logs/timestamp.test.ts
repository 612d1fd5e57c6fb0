import { expect, test } from "vitest";
import { StampReader } from "./timestamp.ts";

/** What a reader says of a line that lies between others. */
function read(
  line: string,
  reader: StampReader = new StampReader(),
): { seconds: number; nanos: number; textAt: number } | null {
  const bytes = Buffer.from(`before\n${line}\n9Z after`);
  if (!reader.read(bytes, 7, 7 + Buffer.byteLength(line))) return null;
  return { seconds: reader.seconds, nanos: reader.nanos, textAt: reader.textAt - 7 };
}
const at = (iso: string): number => Date.parse(iso) / 1000;

test("reads nine digits of nanoseconds, and where the text begins", () => {
  expect(read("2026-11-22T16:52:35.123456789Z hello")).toEqual({
    seconds: at("2026-11-22T16:52:35Z"),
    nanos: 123456789,
    textAt: 31,
  });
});

test("reads fewer digits as the fraction that they are", () => {
  expect(read("2026-11-22T16:52:35.5Z x")).toMatchObject({ nanos: 500_000_000 });
});

test("reads the zone of the node", () => {
  const stamp = { seconds: at("2026-11-22T14:52:35Z"), nanos: 1, textAt: 36 };
  expect(read("2026-11-22T16:52:35.000000001+02:00 x")).toEqual(stamp);
  expect(read("2026-11-22T09:22:35.000000001-05:30 x")).toMatchObject({ seconds: stamp.seconds });
});

test("an empty line has its stamp and no text", () => {
  expect(read("2026-11-22T16:52:35.123456789Z ")).toMatchObject({ textAt: 31 });
});

test.each([
  ["nothing", ""],
  ["text", '{"type":"text","timestamp":1795368716222,"sessionID":"ses_1"}'],
  ["a date alone", "2026-11-22T16:52:35Z x"],
  ["the tail of a line", "45.123456789Z 2026-11-22T16:52:35.123456789Z x"],
  ["a month that is none", "2026-13-22T16:52:35.123456789Z x"],
  ["no space behind", "2026-11-22T16:52:35.123456789Zx"],
  ["a broken zone", "2026-11-22T16:52:35.123456789+0200 x"],
])("%s is no stamp", (_, line) => {
  expect(read(line)).toBeNull();
});

test("seconds and zones that follow one another are told apart", () => {
  const reader = new StampReader();
  const lines = [
    "2026-11-22T16:52:35.1Z a",
    "2026-11-22T16:52:36.1Z a",
    "2026-11-22T16:52:36.1+01:00 a",
    "2026-11-22T16:52:36.1Z a",
  ];
  const seconds = lines.map((line) => read(line, reader)?.seconds);
  const first = at("2026-11-22T16:52:35Z");
  expect(seconds).toEqual([first, first + 1, first - 3599, first + 1]);
});
