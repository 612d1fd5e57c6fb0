import type { AdapterExecutionResult } from "@paperclipai/adapter-utils";
import type { Outcome } from "../observe/index.ts";
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

/**
 * Evidence of a run that had a Job. Of a cancel only where its pod was seen to be gone, and where its session outlives the pod
 * or nothing was begun; of another end only where the main container never ran.
 */
export function evidenceOf(
  { stop, gone, started, diagnosis }: Outcome,
  verdict: Verdict,
  keepsSession: boolean,
): Pick<AdapterExecutionResult, "executionRecovery"> {
  if (stop === "cancelled") return gone && (keepsSession || !started) ? { executionRecovery: ENDED_IN_ORDER } : {};
  const neverBegun = !verdict.ok && stop === null && diagnosis !== null && !diagnosis.startedUserCode;
  return neverBegun ? { executionRecovery: NEVER_BEGUN } : {};
}

/** Paperclip's own mark of a run that a later one can continue as a conversation: it is then retried, and never held. */
const CONTINUES = { conversationContinuation: "continue_conversation_v1" };

/** Whether the next run can go on where this one failed: as the built-in adapters' runs, which Paperclip marks itself. */
export function continuation({ stop }: Outcome, verdict: Verdict, resumable: boolean): Partial<typeof CONTINUES> {
  // What has taken more than it may would do so again: a person has to look.
  const isOver = stop === "cancelled" || (stop === "limited" && !verdict.ok && verdict.transient !== true);
  return !verdict.ok && !verdict.sessionLost && resumable && !isOver ? CONTINUES : {};
}
