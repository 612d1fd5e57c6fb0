import type { RunProgress, RunReader, RunReport } from "@opencode-k8s/opencode-parse";
import type { RunConfig } from "../config/index.ts";
import { costOf } from "../cost.ts";

/** What a run may take; `undefined`: as much as it likes. */
export type RunLimits = Pick<
  RunConfig,
  "maxSilenceSec" | "maxSteps" | "maxTokens" | "maxCostUsd" | "tokenPrices" | "model"
>;

/** A limit that a run has reached, which ends it. */
export interface ReachedLimit {
  readonly code: "k8s_silence_limit" | "k8s_step_limit" | "k8s_token_limit" | "k8s_cost_limit" | "looping";
  readonly message: string;
}

/** The limit, but for silence, that the run has reached; `null` as long as there is none. Costs the same after each line. */
export function limitReached(reader: Pick<RunReader, "progress" | "report">, limits: RunLimits): ReachedLimit | null {
  const progress = reader.progress();
  const { loop, looping } = progress;
  if (looping === "unknown_finish") {
    // OpenCode asks again at once, for ever, where a provider's finish reason says nothing to it.
    const message = `${loop.unknownFinishes} steps in a row ended for no reason that OpenCode knows, and it asked again each time.`;
    return { code: "looping", message };
  }
  const passed = limitPassed(progress, limits);
  // A run that has answered is about to end, and its work is paid for.
  return passed && goesOn(reader.report()) ? passed : null;
}

function limitPassed(progress: RunProgress, limits: RunLimits): ReachedLimit | null {
  const { steps, usage } = progress;
  const { maxSteps, maxTokens, maxCostUsd } = limits;
  if (maxSteps !== undefined && steps >= maxSteps)
    return { code: "k8s_step_limit", message: `It took ${steps} steps; maxSteps is ${maxSteps}.` };
  // As Paperclip counts them: what was read from a cache is apart.
  const tokens = usage.input + usage.cacheWrite + usage.output + usage.reasoning;
  if (maxTokens !== undefined && tokens > maxTokens)
    return { code: "k8s_token_limit", message: `It took ${tokens} tokens; maxTokens is ${maxTokens}.` };
  const cost = costOf(progress, limits);
  if (maxCostUsd === undefined || cost === null || cost.usd <= maxCostUsd) return null;
  const dollars = `$${cost.usd.toFixed(4)}${cost.by === "tokenPrices" ? ", by tokenPrices" : ""}`;
  return { code: "k8s_cost_limit", message: `It cost ${dollars}; maxCostUsd is ${maxCostUsd}.` };
}

export function silenceReached(maxSilenceSec: number): ReachedLimit {
  const message = `OpenCode printed nothing for ${maxSilenceSec} s, which is its maxSilenceSec.`;
  return { code: "k8s_silence_limit", message };
}

function goesOn({ complete, finishReason }: RunReport): boolean {
  return !complete || finishReason === "tool-calls" || finishReason === "unknown";
}
