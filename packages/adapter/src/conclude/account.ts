import type { Verdict as OpenCodeVerdict } from "@opencode-k8s/opencode-parse";
import type { RunConfig } from "../config/index.ts";
import { costOf } from "../cost.ts";
import { jobAccount } from "../job-account.ts";
import type { LaunchedJob } from "../launch.ts";
import type { Delivery, Outcome } from "../observe/index.ts";

export interface Accounted {
  readonly config: Pick<RunConfig, "model" | "tokenPrices">;
  readonly launched: LaunchedJob;
  readonly delivery: Pick<Delivery, "accepted" | "refusal">;
}

/**
 * What an operator wants to know of the run afterwards. No transcript, and no key that Paperclip reads as its own: it searches
 * some results for error words, and takes `stopReason` and the like from them.
 */
export function accountOf(
  { stop, started, receipt, complete, diagnosis, otherPods, report, end }: Outcome,
  opencode: OpenCodeVerdict,
  { config, launched, delivery }: Accounted,
): Record<string, unknown> {
  const { accepted, refusal } = delivery;
  const cost = costOf(report, config);
  const stderr = end?.message?.trim() ?? "";
  const failedIn = started && !opencode.ok ? { code: opencode.code, retry: opencode.retry } : null;
  return {
    job: jobAccount(launched, stop === "detached" || stop === "unreachable"),
    log: { ...accepted, complete, ...(refusal === null ? {} : { refusal }) },
    ...(receipt ? { receipt } : {}),
    ...(failedIn ? { verdict: failedIn } : {}),
    ...(failedIn && stderr !== "" ? { stderr } : {}),
    ...(diagnosis ? { diagnosis } : {}),
    ...(otherPods.length > 0 ? { otherPods } : {}),
    ...(cost?.by === "tokenPrices" ? { costBy: cost.by } : {}),
  };
}
