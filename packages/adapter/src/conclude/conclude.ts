import { type AdapterExecutionResult, inferOpenAiCompatibleBiller } from "@paperclipai/adapter-utils";
import type { Verdict as OpenCodeVerdict } from "@opencode-k8s/opencode-parse";
import type { RunConfig } from "../config/index.ts";
import { costOf } from "../cost.ts";
import type { LaunchedJob } from "../launch.ts";
import type { Cleaner } from "../log/index.ts";
import type { Delivery, Outcome } from "../observe/index.ts";
import type { RunPlan } from "../plan/index.ts";
import { acknowledged, continuation, evidenceOf } from "./recovery.ts";
import { judgeOpenCode } from "./opencode-verdict.ts";
import type { Verdict } from "./verdict.ts";
import { judge } from "./judge.ts";

interface Run {
  readonly config: RunConfig;
  readonly plan: RunPlan;
  readonly launched: LaunchedJob;
  readonly delivery: Delivery;
  readonly cleaner: Cleaner;
  /** Wall clock, milliseconds since the epoch. */
  readonly now: number;
}

/** What Paperclip is told of a run. Usage, cost and session are what is known, however the run ended. */
export function conclude(outcome: Outcome, run: Run): AdapterExecutionResult {
  const { config, plan, cleaner } = run;
  const [provider, model] = partsOf(config.model);
  const { report } = outcome;
  const opencode = judgeOpenCode(outcome, plan.resumes !== null);
  const verdict = judge(outcome, opencode);
  const cost = costOf(report, config);
  const sessionId = report.sessionId ?? plan.resumes;
  return {
    ...howItEnded(outcome, verdict, cleaner),
    ...notBefore(verdict, opencode, run.now),
    usage: {
      inputTokens: report.usage.input + report.usage.cacheWrite,
      // OpenCode counts reasoning beside the output; providers bill it as output.
      outputTokens: report.usage.output + report.usage.reasoning,
      cachedInputTokens: report.usage.cacheRead,
    },
    usageBasis: "per_run",
    // Unknown is null: Paperclip takes 0 for a run that was free.
    costUsd: cost?.usd ?? null,
    provider,
    model,
    // Before the model's provider, Paperclip's own adapters see OpenRouter by its key or its address.
    biller: inferOpenAiCompatibleBiller({ ...config.inherited?.env, ...config.env }, provider) ?? provider,
    billingType: "api",
    summary: report.answer && cleaner.text(report.answer),
    ...(sessionId === null ? {} : { sessionParams: { sessionId, cwd: plan.cwd }, sessionDisplayId: sessionId }),
    ...(verdict.ok || !verdict.sessionLost ? {} : { clearSession: true }),
    ...evidenceOf(outcome, verdict, plan.keepsSession),
    resultJson: cleaner.data({
      ...account(outcome, opencode, run),
      ...(cost === null ? {} : { costBy: cost.by }),
      ...continuation(outcome, verdict, plan.keepsSession && sessionId !== null),
    }),
  };
}

/** A model's name may have a slash in it, too. */
function partsOf(model: string): [provider: string, model: string] {
  const at = model.indexOf("/");
  return [model.slice(0, at), model.slice(at + 1)];
}

function howItEnded(
  { receipt, end }: Outcome,
  verdict: Verdict,
  cleaner: Cleaner,
): Pick<AdapterExecutionResult, "exitCode" | "signal" | "timedOut" | "errorMessage" | "errorCode" | "errorFamily"> {
  if (verdict.ok) return { exitCode: 0, signal: null, timedOut: false };
  const exitCode = receipt?.exitCode ?? end?.exitCode ?? null;
  return {
    // Paperclip reads 0, and 824 also null, as success.
    exitCode: exitCode === 0 || exitCode === null ? 1 : exitCode,
    signal: receipt?.signal ?? null,
    timedOut: verdict.timedOut ?? false,
    errorMessage: cleaner.text(verdict.message),
    errorCode: verdict.code,
    errorFamily: verdict.quota ? "provider_quota" : verdict.transient ? "transient_upstream" : null,
  };
}

/** What a provider may ask for at most, milliseconds: a week. More is a mistake of its clock or of its units. */
const LONGEST_WAIT_MS = 7 * 24 * 3600 * 1000;

/** The provider's own word on when to come again. Paperclip takes the later one of this and its own delay. */
function notBefore(
  verdict: Verdict,
  { retryAfterMs }: OpenCodeVerdict,
  now: number,
): Pick<AdapterExecutionResult, "retryNotBefore"> {
  if (verdict.ok || !(verdict.transient || verdict.quota) || retryAfterMs === null) return {};
  return { retryNotBefore: new Date(now + Math.min(retryAfterMs, LONGEST_WAIT_MS)).toISOString() };
}

/** What an operator wants to know of the run afterwards. No transcript: Paperclip searches it for error words. */
function account(
  outcome: Outcome,
  opencode: OpenCodeVerdict,
  { launched, delivery, now }: Run,
): Record<string, unknown> {
  const { stop, gone, receipt, complete, diagnosis, otherPods } = outcome;
  const { namespace, name, uid, adopted } = launched;
  const refusal = delivery.refusal === null ? {} : { refusal: delivery.refusal };
  return {
    job: { namespace, name, uid, ...(adopted && { adopted }) },
    log: { ...delivery.accepted, complete, ...refusal },
    ...(receipt ? { receipt } : {}),
    ...(opencode.ok ? {} : { verdict: { code: opencode.code, retry: opencode.retry } }),
    ...(diagnosis ? { diagnosis } : {}),
    ...(otherPods.length > 0 ? { otherPods } : {}),
    ...(stop === "cancelled" && gone ? { executionCancellation: acknowledged(now) } : {}),
  };
}
