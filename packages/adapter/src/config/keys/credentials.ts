import { z } from "zod";
import { structured } from "../structured.ts";

const KEYS = "give a JSON object of providers and their keys";
const AUTH = "give the content of OpenCode's auth.json, a JSON object";

/** What the agent's models are paid with. No message repeats a word of them. */
export const credentialKeys = {
  providerKeys: structured(z.record(z.string(), z.string(KEYS), KEYS), true).optional(),
  authJson: structured(z.looseObject({}, AUTH), true)
    .transform((content) => JSON.stringify(content))
    .optional(),
} satisfies z.ZodRawShape;
