import type { AdapterExecutionContext, AdapterExecutionResult } from "@paperclipai/adapter-utils";
import { type CodeKind, CODES } from "./codes.ts";
import type { Failure, Verdict } from "./verdict.ts";

/** What Paperclip says of the run, as far as it tells whether this is a retry. */
export type Attempt = Pick<AdapterExecutionContext, "context" | "signal">;

/** How often Paperclip itself tries a transient failure again: 2026.916, which has a signal, and the ones before it (both seen). */
const RETRIES = { withSignal: 2, withoutSignal: 4 };

/**
 * The breaker. In the run of a retry Paperclip's context has what it is for: `retryReason`, the `errorFamily` of the run before
 * and `scheduledRetryAttempt`. Where the last of its retries fails of the same family, the cause is not one that passes: the
 * run has failed, plainly, and a person has to look. Paperclip 2026.916 then holds the issue (seen), which it would otherwise
 * leave in progress, with nobody told.
 */
export function giveUp(verdict: Failure, attempt: Attempt): Failure;
export function giveUp(verdict: Verdict, attempt: Attempt): Verdict;
export function giveUp(verdict: Verdict, { context, signal }: Attempt): Verdict {
  if (verdict.ok) return verdict;
  const family = familyOf(verdict);
  const isSame = family !== null && context.errorFamily === family && context.retryReason === "transient_failure";
  const retries = isSame ? Number(context.scheduledRetryAttempt) : 0;
  if (!(retries >= (signal ? RETRIES.withSignal : RETRIES.withoutSignal))) return verdict;
  const message = `${verdict.message} This is failure ${retries + 1} of its kind in a row: it is not tried again by itself.`;
  return { ...verdict, message, transient: false, quota: false, givenUp: true };
}

/** What Paperclip tries again by itself; `null`: nothing. No failure has a family whose code the table has otherwise. */
export function familyOf({ code, quota, transient }: Failure): "provider_quota" | "transient_upstream" | null {
  const kind: CodeKind = CODES[code];
  if (kind.retried !== "passes" && kind.retried !== "by_cause") return null;
  if (quota) return "provider_quota";
  return transient ? "transient_upstream" : null;
}

/** What a provider may ask for at most, milliseconds: a week. More is a mistake of its clock or of its units. */
const LONGEST_WAIT_MS = 7 * 24 * 3600 * 1000;

/**
 * The provider's own word on when to come again. Paperclip takes the later one of this and its own delay.
 * @param now wall clock, milliseconds since the epoch
 */
export function notBefore(failure: Failure, now: number): Pick<AdapterExecutionResult, "retryNotBefore"> {
  const { retryAfterMs = null } = failure;
  if (retryAfterMs === null || familyOf(failure) === null) return {};
  return { retryNotBefore: new Date(now + Math.min(retryAfterMs, LONGEST_WAIT_MS)).toISOString() };
}
