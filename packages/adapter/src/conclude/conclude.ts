import type { AdapterExecutionResult } from "@paperclipai/adapter-utils";
import type { Cleaner } from "../log/index.ts";
import type { Outcome } from "../observe/index.ts";
import type { RunPlan } from "../plan/index.ts";
import { type Accounted, accountOf } from "./account.ts";
import { type BillConfig, billOf } from "./bill.ts";
import { failed, SUCCEEDED } from "./ending.ts";
import { judge } from "./judge.ts";
import { judgeOpenCode } from "./opencode-verdict.ts";
import { cancellation, continuation, evidenceOf } from "./recovery.ts";
import { type Attempt, giveUp } from "./retry.ts";
import type { Verdict } from "./verdict.ts";

/** A run that had a Job. */
export interface Run extends Accounted {
  readonly attempt: Attempt;
  readonly config: BillConfig;
  readonly plan: Pick<RunPlan, "cwd" | "keepsSession" | "resumes">;
  readonly cleaner: Cleaner;
  /** Wall clock, milliseconds since the epoch. */
  readonly now: number;
}

/** What Paperclip is told of a run. Usage, cost and session are what is known, however the run ended. */
export function conclude(outcome: Outcome, run: Run): AdapterExecutionResult {
  const { config, plan, cleaner, now } = run;
  const { report, receipt, end } = outcome;
  const opencode = judgeOpenCode(outcome, plan.resumes !== null);
  const verdict = giveUp(judge(outcome, opencode), run.attempt);
  const sessionId = report.sessionId ?? plan.resumes;
  const process = { exitCode: receipt?.exitCode ?? end?.exitCode ?? null, signal: receipt?.signal ?? null };
  return {
    ...(verdict.ok ? SUCCEEDED : failed(verdict, process, cleaner, now)),
    ...billOf(report, config),
    summary: report.answer && cleaner.text(report.answer),
    ...sessionOf(sessionId, verdict, plan.cwd),
    ...evidenceOf(outcome, verdict, plan.keepsSession),
    resultJson: cleaner.data({
      ...accountOf(outcome, opencode, run),
      ...cancellation(outcome, now),
      ...continuation(verdict, plan.keepsSession && sessionId !== null),
    }),
  };
}

/** The session that the next run goes on with; Paperclip keeps the one that it has where nothing is said. */
function sessionOf(
  sessionId: string | null,
  verdict: Verdict,
  cwd: string,
): Pick<AdapterExecutionResult, "sessionParams" | "sessionDisplayId" | "clearSession"> {
  if (!verdict.ok && verdict.sessionLost) return { clearSession: true };
  return sessionId === null ? {} : { sessionParams: { sessionId, cwd }, sessionDisplayId: sessionId };
}
