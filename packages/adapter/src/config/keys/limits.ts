import { z } from "zod";
import { seconds, whole } from "../fields.ts";

/** OpenCode prints when a part of an answer is there: a model that thinks for half a minute has printed nothing. */
const LEAST_SILENCE_SEC = 60;

const COUNT = "give a whole number, 1 or more";
const DOLLARS = "give an amount of US dollars, more than 0";

/** What a run may take before it is ended. Off unless given. */
export const limitKeys = {
  maxSilenceSec: seconds(`give whole seconds, ${LEAST_SILENCE_SEC} or more`, LEAST_SILENCE_SEC).optional(),
  maxSteps: whole(COUNT, 1, Number.MAX_SAFE_INTEGER).optional(),
  maxTokens: whole(COUNT, 1, Number.MAX_SAFE_INTEGER).optional(),
  maxCostUsd: z
    .preprocess(
      (value) => (typeof value === "string" && value.trim() !== "" ? Number(value) : value),
      z.number(DOLLARS).positive(DOLLARS),
    )
    .optional(),
} satisfies z.ZodRawShape;
