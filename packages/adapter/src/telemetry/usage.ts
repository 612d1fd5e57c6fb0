import type { RunUsage } from "@opencode-k8s/opencode-parse";
import type { Told } from "./names.ts";

/** Tokens as the semantic conventions count them: a part of the input is cached, and a part of the output is reasoning. */
export function usageOf({ input, output, reasoning, cacheRead, cacheWrite }: RunUsage): Told & {
  readonly "gen_ai.usage.input_tokens": number;
  readonly "gen_ai.usage.output_tokens": number;
} {
  return {
    "gen_ai.usage.input_tokens": input + cacheRead + cacheWrite,
    "gen_ai.usage.output_tokens": output + reasoning,
    "gen_ai.usage.cache_read.input_tokens": cacheRead,
    "gen_ai.usage.cache_creation.input_tokens": cacheWrite,
  };
}
