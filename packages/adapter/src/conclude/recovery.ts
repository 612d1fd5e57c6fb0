import type { AdapterExecutionResult } from "@paperclipai/adapter-utils";
import type { Outcome } from "../observe/index.ts";
import { CODES } from "./codes.ts";
import type { Verdict } from "./verdict.ts";

/** What Paperclip 2026.916 may conclude of a run that failed. Without it, it holds the issue until a person has looked. */
export type Evidence = NonNullable<AdapterExecutionResult["executionRecovery"]>;

/** Nothing of the run was begun: it may be started again. */
export const NEVER_BEGUN: Evidence = { kind: "bootstrap", providerWorkStarted: false };

/** Nothing of the run goes on, and its session is as it was, or can be gone on with. */
export const ENDED_IN_ORDER: Evidence = {
  kind: "interrupted",
  providerStopped: true,
  sessionPreserved: true,
  actionOutcomes: "settled",
};

/** What Paperclip 2026.916 wants to hear of a cancel that was carried out. `now`: milliseconds since the epoch. */
export function acknowledged(now: number): { state: "acknowledged"; acknowledgedAt: string; forced: boolean } {
  return { state: "acknowledged", acknowledgedAt: new Date(now).toISOString(), forced: false };
}

/** The same of a run that had a Job: only where its pod was seen to be gone. */
export function cancellation({ stop, gone }: Outcome, now: number): Record<string, unknown> {
  return stop === "cancelled" && gone ? { executionCancellation: acknowledged(now) } : {};
}

/**
 * Evidence of a run that had a Job. Of a cancel only where its pod was seen to be gone, and where its session outlives the pod
 * or nothing was begun; of another end only where OpenCode never ran.
 */
export function evidenceOf(
  outcome: Outcome,
  verdict: Verdict,
  keepsSession: boolean,
): Pick<AdapterExecutionResult, "executionRecovery"> {
  const { stop, gone, started } = outcome;
  if (stop === "cancelled") return gone && (keepsSession || !started) ? { executionRecovery: ENDED_IN_ORDER } : {};
  return stop === null && neverBegan(outcome, verdict) ? { executionRecovery: NEVER_BEGUN } : {};
}

function neverBegan({ diagnosis, report }: Outcome, verdict: Verdict): boolean {
  if (verdict.ok) return false;
  if (verdict.code === "opencode_missing") return report.sessionId === null;
  return diagnosis !== null && !diagnosis.startedUserCode;
}

/** Paperclip's own mark of a run that a later one can continue as a conversation: it is then retried, and never held. */
const CONTINUES = { conversationContinuation: "continue_conversation_v1" };

/** Whether the next run can go on where this one failed: as the built-in adapters' runs, which Paperclip marks itself. */
export function continuation(verdict: Verdict, resumable: boolean): Partial<typeof CONTINUES> {
  if (verdict.ok || !resumable || verdict.sessionLost || verdict.givenUp) return {};
  return CODES[verdict.code].retried === "nobody" ? {} : CONTINUES;
}
