import type { Verdict as OpenCodeVerdict } from "@opencode-k8s/opencode-parse";
import type { Outcome, ReachedLimit } from "../observe/index.ts";
import { CODES } from "./codes.ts";
import { endedByCluster, neverStarted } from "./cluster-verdict.ts";
import { explain } from "./explain.ts";
import { failedInOpenCode, notRunnable } from "./opencode-verdict.ts";
import type { Failure, Verdict } from "./verdict.ts";

/**
 * Reads the outcome of a run, row by row: the first row that has something to say is the verdict. What follows from its code
 * is in `codes.ts`.
 * @param opencode what OpenCode itself came to
 */
export function judge(outcome: Outcome, opencode: OpenCodeVerdict): Verdict {
  return (
    stopped(outcome) ??
    notAllowed(outcome) ??
    neverStarted(outcome) ??
    outOfTime(outcome, opencode) ??
    outOfRoom(outcome) ??
    endedByCluster(outcome) ??
    notRunnable(outcome) ??
    failedInOpenCode(outcome, opencode) ?? { ok: true }
  );
}

function stopped({ stop, gone, trouble }: Outcome): Failure | null {
  if (typeof stop === "object") return stop && limited(stop, gone, trouble);
  switch (stop) {
    case "cancelled": {
      const message = `The run was cancelled; its pod ${gone ? "is" : "was not seen to be"} gone.`;
      return { ok: false, code: "cancelled", message: gone || trouble === "" ? message : `${message} ${trouble}` };
    }
    case "detached":
      return { ok: false, code: "k8s_detached", message: "The server went away; the Job goes on, and can be adopted." };
    case "unreachable": {
      const message = `The run was out of sight for longer than apiOutageSec; its Job was left alone, and can be adopted. ${trouble}`;
      return { ok: false, code: "k8s_api_unreachable", message, transient: true };
    }
  }
}

function limited({ code, message }: ReachedLimit, gone: boolean, trouble: string): Failure {
  const seen = gone ? "" : ` Its pod was not seen to be gone. ${trouble}`;
  const transient = CODES[code].retried === "passes";
  return { ok: false, code, message: `The run was ended. ${message}${seen}`, transient };
}

function notAllowed({ refusal }: Outcome): Failure | null {
  return refusal && explain(refusal);
}

function outOfTime({ receipt, diagnosis }: Outcome, opencode: OpenCodeVerdict): Failure | null {
  if (receipt?.stopReason !== "timeout" && diagnosis?.category !== "deadline") return null;
  // It ended by itself, with its answer, in the moment in which its time was up.
  if (diagnosis === null && receipt?.exitCode === 0 && opencode.ok) return null;
  const after = receipt ? ` after ${Math.round(receipt.durationMs / 1000)} s` : "";
  const message = `The run was ended${after}: it reached its timeoutSec.`;
  return { ok: false, code: "timeout", message, timedOut: true };
}

function outOfRoom({ receipt }: Outcome): Failure | null {
  if (receipt?.stopReason !== "output_limit") return null;
  const message = `The run was ended: its events passed their limit, with ${receipt.bytes} bytes. It may be going round in circles.`;
  return { ok: false, code: "k8s_output_limit", message };
}
