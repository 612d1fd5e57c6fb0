import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Needles } from "./needles.ts";

describe("needles", () => {
  test("are found wherever they are, overlapping ones too", () => {
    expect(new Needles(["abab", "babcd"]).find("xababababcd")).toEqual([
      { start: 1, end: 5 },
      { start: 3, end: 7 },
      { start: 5, end: 9 },
      { start: 6, end: 11 },
    ]);
  });

  test("are found wherever a text of hundreds of kilobytes has them", () => {
    const needles = new Needles(["needle-1"]);
    for (let at = 65_520; at < 65_550; at++)
      expect(needles.find(`${"x".repeat(at)}needle-1${"ü".repeat(65_530)}needle-1`)).toEqual([
        { start: at, end: at + 8 },
        { start: at + 65_538, end: at + 65_546 },
      ]);
  });

  test("of one unit are refused", () => {
    expect(() => new Needles(["long enough", "a"])).toThrow("1 units");
  });

  test("are found as a search for one after the other finds them, in texts of few letters and of many", () => {
    const letters = fc.constantFrom("a", "b", "ab", "\\", "é", "š", "😀", "\ud83d");
    const text = (minLength: number) => fc.array(letters, { minLength, maxLength: 40 }).map((all) => all.join(""));
    fc.assert(
      fc.property(fc.array(text(2), { maxLength: 5 }), text(0), fc.nat(4), (needles, noise, twice) => {
        const haystack = noise + needles.join(noise).repeat(twice) + noise;
        const wanted = new Set(
          needles.flatMap((needle) => {
            const ends: string[] = [];
            for (let at = haystack.indexOf(needle); at !== -1; at = haystack.indexOf(needle, at + 1))
              ends.push(`${at}-${at + needle.length}`);
            return ends;
          }),
        );
        const found = new Needles(needles).find(haystack) ?? [];
        expect(new Set(found.map(({ start, end }) => `${start}-${end}`))).toEqual(wanted);
        expect(found.map(({ start }) => start)).toEqual(found.map(({ start }) => start).toSorted((a, b) => a - b));
      }),
    );
  });
});
