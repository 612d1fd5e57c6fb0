import type { RunUsage } from "@opencode-k8s/opencode-parse";
import type { RunConfig } from "./config/index.ts";

/** What a run cost, and who says so: OpenCode, by its own prices, or the configuration's `tokenPrices`. */
export interface Cost {
  /** US dollars. */
  readonly usd: number;
  readonly by: "opencode" | "tokenPrices";
}

/** Prices are for so many tokens. */
const PER_TOKENS = 1_000_000;

/**
 * What a run cost: as OpenCode reports it, else by the price that the configuration has for the model of the run; `null`
 * where neither is known. Sub-agents of another model are priced as the run's own.
 */
export function costOf(
  { costUsd, usage }: { readonly costUsd: number | null; readonly usage: RunUsage },
  { model, tokenPrices }: Pick<RunConfig, "model" | "tokenPrices">,
): Cost | null {
  if (costUsd !== null) return { usd: costUsd, by: "opencode" };
  const price = tokenPrices?.[model];
  if (price === undefined) return null;
  const { input, output, cacheRead = 0, cacheWrite = input } = price;
  const sum =
    usage.input * input +
    // Providers bill what a model thinks as output.
    (usage.output + usage.reasoning) * output +
    usage.cacheRead * cacheRead +
    usage.cacheWrite * cacheWrite;
  return { usd: sum / PER_TOKENS, by: "tokenPrices" };
}
