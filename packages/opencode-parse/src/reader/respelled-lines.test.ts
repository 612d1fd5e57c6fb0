import fc from "fast-check";
import { expect, test } from "vitest";
import { referenceReport } from "../../test/reference-reader.ts";
import { respelledRun } from "../../test/respelled-lines.ts";
import { createRunReader, parseLine, parseRun } from "../index.ts";

const FUZZ = Number(process.env.FUZZ ?? 1);

test("the lazy reader equals a full parse, however a line is spelled: spaces, escapes, numbers, order, doubles", () => {
  fc.assert(
    fc.property(respelledRun, (lines) => {
      const reader = createRunReader();
      for (const line of lines) expect(reader.push(line)).toBe(parseLine(line).type);
      expect(reader.report()).toEqual(referenceReport(lines));
    }),
    { numRuns: 3000 * FUZZ },
  );
});

test("and so it does from bytes", () => {
  fc.assert(
    fc.property(respelledRun, (lines) => {
      const whole = lines.map((line) => line.toWellFormed());
      expect(parseRun(new TextEncoder().encode(whole.join("\n")))).toEqual(referenceReport(whole));
    }),
    { numRuns: 1000 * FUZZ },
  );
});
