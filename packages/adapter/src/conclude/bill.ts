import { type AdapterExecutionResult, inferOpenAiCompatibleBiller } from "@paperclipai/adapter-utils";
import type { RunReport } from "@opencode-k8s/opencode-parse";
import type { RunConfig } from "../config/index.ts";
import { costOf } from "../cost.ts";

/** What of the configuration says who is paid, and how much. */
export type BillConfig = Pick<RunConfig, "model" | "tokenPrices" | "env" | "inherited">;

/** What a run took, what it cost, and who is paid, however it ended. */
export function billOf(
  report: Pick<RunReport, "usage" | "costUsd">,
  config: BillConfig,
): Pick<AdapterExecutionResult, "usage" | "usageBasis" | "costUsd" | "provider" | "model" | "biller" | "billingType"> {
  const { usage } = report;
  const [provider, model] = partsOf(config.model);
  return {
    usage: {
      inputTokens: usage.input + usage.cacheWrite,
      // OpenCode counts reasoning beside the output; providers bill it as output.
      outputTokens: usage.output + usage.reasoning,
      cachedInputTokens: usage.cacheRead,
    },
    usageBasis: "per_run",
    // Unknown is null: Paperclip takes 0 for a run that was free.
    costUsd: costOf(report, config)?.usd ?? null,
    provider,
    model,
    // Before the model's provider, Paperclip's own adapters see OpenRouter by its key or its address.
    biller: inferOpenAiCompatibleBiller({ ...config.inherited?.env, ...config.env }, provider) ?? provider,
    billingType: "api",
  };
}

/** A model's name may have a slash in it, too. */
function partsOf(model: string): [provider: string, model: string] {
  const at = model.indexOf("/");
  return [model.slice(0, at), model.slice(at + 1)];
}
