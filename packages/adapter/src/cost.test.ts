import { expect, test } from "vitest";
import { costOf } from "./cost.ts";

const usage = { input: 1_000_000, output: 100_000, reasoning: 100_000, cacheRead: 2_000_000, cacheWrite: 500_000 };
const priced = { model: "gateway/m", tokenPrices: { "gateway/m": { input: 3, output: 15 } } };

test("what OpenCode reports is the cost, also where there is a price", () => {
  expect(costOf({ costUsd: 0.5, usage }, priced)).toEqual({ usd: 0.5, by: "opencode" });
  expect(costOf({ costUsd: 0, usage }, priced)).toEqual({ usd: 0, by: "opencode" });
});

test("where it reports none, the price of each kind of token is, and that is said", () => {
  // 1 × 3 + 0.2 × 15 + 0.5 × 3: what goes into the cache is input, and what comes out of it is free, unless it has a price.
  expect(costOf({ costUsd: null, usage }, priced)).toEqual({ usd: 7.5, by: "tokenPrices" });
  const tokenPrices = { "gateway/m": { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 } };
  expect(costOf({ costUsd: null, usage }, { ...priced, tokenPrices })?.usd).toBeCloseTo(8.475);
});

test("without a price of the run's model it is not known", () => {
  expect(costOf({ costUsd: null, usage }, { model: "gateway/m", tokenPrices: undefined })).toBeNull();
  expect(costOf({ costUsd: null, usage }, { ...priced, model: "gateway/other" })).toBeNull();
});
