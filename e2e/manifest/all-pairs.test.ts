import fc from "fast-check";
import { expect, test } from "vitest";
import { allPairs, pairsIn } from "./all-pairs.ts";

test("every two values of two factors meet, in far fewer rows than there are combinations", () => {
  const factors = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 9 });
  fc.assert(
    fc.property(factors, (sizes) => {
      const rows = allPairs(sizes);
      const met = new Set(rows.flatMap(pairsIn));
      const wanted = sizes.flatMap((size, index) => sizes.slice(index + 1).map((other) => size * other));
      expect(met.size).toBe(wanted.reduce((sum, count) => sum + count, 0));
      for (const row of rows) expect(row.every((value, factor) => value < (sizes[factor] ?? 0))).toBe(true);
    }),
  );
  expect(allPairs(Array.from({ length: 15 }, () => 2)).length).toBeLessThan(16);
});
