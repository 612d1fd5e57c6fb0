import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Ledger, type OutputLine } from "./ledger.ts";

const lineOf = (text: string): OutputLine => ({ text, bytes: Buffer.byteLength(text) });

/** What is missing of all lines; `null`: what was delivered is not all among them. */
function missingOf(written: readonly string[], ledger: Ledger): string[] | null {
  const comparison = ledger.comparison();
  for (const text of written) comparison.show(lineOf(text));
  const search = comparison.search();
  const missing = written.filter((text) => search.isMissing(lineOf(text)));
  return search.isOver ? missing : null;
}

/** A log: lines that come one after the other, and gaps between them. */
function ledgerOf(...segments: readonly (readonly string[])[]): Ledger {
  const ledger = new Ledger();
  for (const [index, lines] of segments.entries()) {
    if (index > 0) ledger.gap();
    for (const text of lines) ledger.add(lineOf(text));
  }
  return ledger;
}

describe("of all lines are missing", () => {
  test.each([
    ["none, where all came", [["a", "b", "c"]], []],
    ["those after the last one, where no more came", [["a"]], ["b", "c"]],
    ["all, where none came", [[]], ["a", "b", "c"]],
    ["those in a gap", [["a"], ["c"]], ["b"]],
    ["those before the first one", [[], ["c"]], ["a", "b"]],
    ["those behind a gap after which nothing came", [["a", "b"], []], ["c"]],
    ["none, where a gap was claimed for nothing", [["a", "b"], ["c"]], []],
  ])("%s", (_, segments, missing) => {
    expect(missingOf(["a", "b", "c"], ledgerOf(...segments))).toEqual(missing);
  });

  test("those of which rotation left the end or the beginning only: a piece is no line", () => {
    const written = ["{first}", "{second}", "{third}", "{fourth}", "{fifth}"];
    expect(missingOf(written, ledgerOf(["{first}", "{seco"], ["rth}", "{fifth}"]))).toEqual([
      "{second}",
      "{third}",
      "{fourth}",
    ]);
  });

  test("as many of equal ones as did not come", () => {
    expect(missingOf(["a", "x", "x", "x", "b"], ledgerOf(["a", "x"], ["b"]))).toEqual(["x", "x"]);
  });

  test("one that was cut in the log for its length is none of them", () => {
    const long = { text: "x".repeat(100_000), bytes: 100_000 };
    const ledger = ledgerOf(["a"], []);
    ledger.add({ ...long, text: long.text.slice(0, 70_000) });
    ledger.add(lineOf("b"));
    const comparison = ledger.comparison();
    const all = [lineOf("a"), lineOf("c"), long, lineOf("b")];
    for (const line of all) comparison.show(line);
    const search = comparison.search();
    expect(all.map((line) => search.isMissing(line))).toEqual([false, true, false, false]);
  });
});

test("lines that nobody wrote are noticed", () => {
  expect(missingOf(["a", "b"], ledgerOf(["a"], ["z", "z", "b"]))).toBeNull();
});

/** Each line of an output, and whether it came, was lost, or left its end only, where it stands behind lost ones. */
const fates = fc.array(
  fc.record({ text: fc.stringMatching(/^[ab]{0,3}$/), fate: fc.constantFrom("came", "came", "lost", "torn") }),
  { maxLength: 40 },
);

test("what came and what is missing are together what was written, whatever was lost, torn, and equal", () => {
  fc.assert(
    fc.property(fates, fc.boolean(), (lines, unique) => {
      const written = lines.map(({ text, fate }, at) => ({ text: unique ? `${at} ${text}` : text, fate }));
      const ledger = new Ledger();
      const came: string[] = [];
      let isBehindGap = false;
      for (const { text, fate } of written) {
        if (fate === "came") {
          if (isBehindGap) ledger.gap();
          isBehindGap = false;
          ledger.add(lineOf(text));
          came.push(text);
          continue;
        }
        if (fate === "torn" && !isBehindGap) {
          ledger.gap();
          ledger.add(lineOf(`rest of a line}`));
        }
        isBehindGap = true;
      }
      const missing = missingOf(
        written.map(({ text }) => text),
        ledger,
      );
      expect(missing).not.toBeNull();
      expect([...came, ...(missing ?? [])].toSorted()).toEqual(written.map(({ text }) => text).toSorted());
    }),
    { numRuns: 1_000 },
  );
});
