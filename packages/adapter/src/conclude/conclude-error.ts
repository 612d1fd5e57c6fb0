import type { AdapterExecutionResult } from "@paperclipai/adapter-utils";
import { LaunchError } from "../launch-error.ts";
import type { Cleaner } from "../log/index.ts";
import { isDetach } from "../paperclip/index.ts";
import { failed } from "./ending.ts";
import { explain } from "./explain.ts";
import { acknowledged, ENDED_IN_ORDER, NEVER_BEGUN } from "./recovery.ts";
import { type Attempt, giveUp } from "./retry.ts";
import type { Failure } from "./verdict.ts";

/** A run that had no Job, or whose Job was taken back. */
interface Aborted {
  readonly attempt: Attempt;
  /** Cancel, or that this process has to leave the run. */
  readonly cancel: AbortSignal;
  readonly cleaner: Cleaner;
  /** Wall clock, milliseconds since the epoch. */
  readonly now: number;
}

/** OpenCode did not run. */
const NO_PROCESS = { exitCode: null, signal: null };

/**
 * The result of a run that could not begin. Whatever is thrown, Paperclip gets a sentence; and evidence that nothing goes on
 * only where there never was a Job, or where it was seen to be gone with its pods.
 */
export function concludeError(error: unknown, { attempt, cancel, cleaner, now }: Aborted): AdapterExecutionResult {
  const failure = cancel.aborted ? stoppedBy(cancel, error) : giveUp(explain(error), attempt);
  const nothingLeft = !(error instanceof LaunchError) || error.takenBack === "gone";
  return { ...failed(failure, NO_PROCESS, cleaner, now), ...(nothingLeft ? evidenceFor(failure, now) : {}) };
}

function evidenceFor({ code }: Failure, now: number): Pick<AdapterExecutionResult, "executionRecovery" | "resultJson"> {
  switch (code) {
    case "cancelled":
      return { executionRecovery: ENDED_IN_ORDER, resultJson: { executionCancellation: acknowledged(now) } };
    // Paperclip blocks the issue of an incomplete configuration by itself, without a hold.
    case "configuration_incomplete":
    case "k8s_detached":
      return {};
    default:
      return { executionRecovery: NEVER_BEGUN };
  }
}

function stoppedBy(cancel: AbortSignal, error: unknown): Failure {
  const when =
    error instanceof LaunchError ? `while its Job was being made: ${error.message}` : "before its Job was there.";
  return isDetach(cancel)
    ? { ok: false, code: "k8s_detached", message: `The server went away ${when}` }
    : { ok: false, code: "cancelled", message: `The run was cancelled ${when}` };
}
