import { assert, constantFrom, nat, property } from "fast-check";
import { expect, test } from "vitest";
import { recordedFailures } from "../../test/recorded-failures.ts";
import { dedupeKey, diagnose } from "./index.ts";

const recorded = recordedFailures();

/** Fields that the API does not know to be missing. */
const REQUIRED = new Set(["exitCode", "image", "name", "restartCount"]);

/** What is left of a value when any part of it may be missing, or null, as the API may send it. */
function pruned(value: unknown, fate: () => "keep" | "drop" | "null"): unknown {
  if (Array.isArray(value)) return value.flatMap((item) => (fate() === "drop" ? [] : [pruned(item, fate)]));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, field]) => {
      const comes = REQUIRED.has(key) ? "keep" : fate();
      return comes === "drop" ? [] : [[key, comes === "null" ? null : pruned(field, fate)]];
    }),
  );
}

/** Fates by the digits of a hash: as good as random, and told by a number alone. */
function fates(seed: number, oneIn: number): () => "keep" | "drop" | "null" {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const drawn = (state >>> 8) % oneIn;
    return drawn === 0 ? "drop" : drawn === 1 ? "null" : "keep";
  };
}

test("complaint 14: whatever is missing or null, there is a diagnosis or none, and never an error", () => {
  assert(
    property(constantFrom(...recorded.keys()), nat(), constantFrom(4, 20, 60), (moment, seed, oneIn) => {
      const { container, ...objects } = recorded.get(moment) ?? { container: "" };
      const evidence = { pod: null, job: null, ...(pruned(objects, fates(seed, oneIn)) as object) };
      const diagnosis = diagnose({ container, ...evidence });
      if (diagnosis === null) return;
      expect(diagnosis.summary).not.toMatch(/undefined|null|\[object/);
      expect(typeof diagnosis.detail).toBe("string");
      expect(typeof dedupeKey(diagnosis)).toBe("string");
    }),
    { numRuns: 1_000 },
  );
});
