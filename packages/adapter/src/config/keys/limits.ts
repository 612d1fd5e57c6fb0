import { z } from "zod";
import { positive, seconds, whole } from "../scalars.ts";
import { structured } from "../structured.ts";

/** OpenCode prints when a part of an answer is there: a model that thinks for half a minute has printed nothing. */
const LEAST_SILENCE_SEC = 60;

const COUNT = "give a whole number, 1 or more";
const DOLLARS = "give an amount of US dollars, more than 0";

const PRICES =
  "give an object of models (provider/model), each with input and output, perhaps cacheRead and cacheWrite";
const PRICE = "give US dollars for a million tokens, 0 or more";

const price = z.number(PRICE).min(0, PRICE);
const tokenPrices = structured(
  z.record(
    z.string(),
    z.strictObject(
      { input: price, output: price, cacheRead: price.exactOptional(), cacheWrite: price.exactOptional() },
      PRICES,
    ),
    PRICES,
  ),
);

/** What a run may take before it is ended, and what tokens cost where OpenCode does not know it. Off unless given. */
export const limitKeys = {
  maxSilenceSec: seconds(`give whole seconds, ${LEAST_SILENCE_SEC} or more`, LEAST_SILENCE_SEC).optional(),
  maxSteps: whole(COUNT, 1, Number.MAX_SAFE_INTEGER).optional(),
  maxTokens: whole(COUNT, 1, Number.MAX_SAFE_INTEGER).optional(),
  maxCostUsd: positive(DOLLARS).optional(),
  tokenPrices: tokenPrices.optional(),
} satisfies z.ZodRawShape;
