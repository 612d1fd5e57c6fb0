import type { Diagnosis, FailureCategory, StartPhase } from "@opencode-k8s/k8s-kit";
import { OUTAGE_MS } from "../bounds.ts";
import type { Outcome } from "../observe/index.ts";
import { explain } from "./conclude-error.ts";

/** What a run came to. `code` is stable; Paperclip and operators branch on it. */
export type Verdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      /** Paperclip tells a timeout from a failure. */
      readonly timedOut?: boolean;
      /** The session cannot be gone on with. */
      readonly sessionLost?: boolean;
      /** The cause passes by itself. */
      readonly transient?: boolean;
    };

/** Codes of the cluster's failures; the first four are the predecessor's names. */
const CLUSTER_CODES: Readonly<Record<FailureCategory, string>> = {
  image_pull: "k8s_image_pull_failed",
  unschedulable: "k8s_pod_schedule_failed",
  volume: "k8s_pod_schedule_failed",
  deadline: "timeout",
  pod_rejected: "k8s_pod_rejected",
  container_config: "k8s_container_config_error",
  oom: "k8s_oom_killed",
  evicted: "k8s_pod_evicted",
  preempted: "k8s_pod_preempted",
  node_lost: "k8s_node_lost",
  deleted: "k8s_job_deleted",
  killed: "k8s_pod_killed",
  exit_code: "opencode_failed",
  unknown: "k8s_job_failed",
};

/** Reads the outcome of a run, row by row: the first row that has something to say is the verdict. */
export function judge(outcome: Outcome): Verdict {
  return (
    stopped(outcome) ??
    notAllowed(outcome) ??
    neverStarted(outcome) ??
    outOfTime(outcome) ??
    endedByCluster(outcome) ??
    failedInOpenCode(outcome) ??
    withoutAnswer(outcome) ?? { ok: true }
  );
}

function stopped({ stop, gone, trouble }: Outcome): Verdict | null {
  switch (stop) {
    case null:
      return null;
    case "cancelled": {
      const message = `The run was cancelled; its pod ${gone ? "is" : "was not seen to be"} gone.`;
      return { ok: false, code: "cancelled", message: gone || trouble === "" ? message : `${message} ${trouble}` };
    }
    case "detached":
      return { ok: false, code: "k8s_detached", message: "The server went away; the Job goes on, and can be adopted." };
    case "unreachable": {
      const minutes = OUTAGE_MS / 60_000;
      const message = `The run was out of sight for ${minutes} minutes; its Job was left alone, and can be adopted. ${trouble}`;
      return { ok: false, code: "k8s_api_unreachable", message, transient: true };
    }
  }
}

function notAllowed({ refusal }: Outcome): Verdict | null {
  return refusal && { ok: false, ...explain(refusal) };
}

/** The configuration key of each window. */
const WINDOW_KEYS: Readonly<Record<StartPhase, string>> = {
  schedule: "scheduleTimeoutSec",
  imagePull: "imagePullTimeoutSec",
  start: "startTimeoutSec",
};

function neverStarted({ started, diagnosis, ranOutOf }: Outcome): Verdict | null {
  if (started) return null;
  if (!diagnosis) return { ok: false, code: "k8s_job_failed", message: "The run's pod never started." };
  return explained(diagnosis, ranOutOf ? ` ${WINDOW_KEYS[ranOutOf]} says how long this is waited for.` : "");
}

function outOfTime({ receipt, diagnosis }: Outcome): Verdict | null {
  if (receipt?.stopReason !== "timeout" && diagnosis?.category !== "deadline") return null;
  const after = receipt ? ` after ${Math.round(receipt.durationMs / 1000)} s` : "";
  return {
    ok: false,
    code: "timeout",
    message: `The run was ended${after}: it reached its timeoutSec.`,
    timedOut: true,
  };
}

function endedByCluster({ diagnosis }: Outcome): Verdict | null {
  return diagnosis && diagnosis.category !== "exit_code" ? explained(diagnosis) : null;
}

function explained({ category, summary, detail, remedy }: Diagnosis, note: string = ""): Verdict {
  const message = [summary, detail, remedy].filter(Boolean).join(". ") + note;
  return { ok: false, code: CLUSTER_CODES[category], message };
}

/** The shell's codes for a program that is not there or cannot be run. */
const NOT_RUNNABLE = [126, 127];

function failedInOpenCode({ receipt, end, summary }: Outcome): Verdict | null {
  const exitCode = receipt ? receipt.exitCode : (end?.exitCode ?? null);
  if (exitCode === 0) return null;
  const stderr = end?.message?.trim() ?? "";
  if (exitCode !== null && NOT_RUNNABLE.includes(exitCode)) {
    return { ok: false, code: "opencode_missing", message: stderr || "The image has no OpenCode that can be run." };
  }
  if (/Session not found/.test(stderr)) {
    const message = "OpenCode does not know the session any more; the next run begins a new one.";
    return { ok: false, code: "session_unavailable", message, sessionLost: true };
  }
  const error = summary.errors.at(-1);
  if (error) {
    const status = error.statusCode === undefined ? "" : ` (HTTP ${error.statusCode})`;
    return { ok: false, code: "llm_api_error", message: `${error.name}${status}: ${error.message}` };
  }
  const how = receipt?.signal ? `was ended by ${receipt.signal}` : `ended with exit code ${exitCode ?? "unknown"}`;
  return { ok: false, code: "opencode_failed", message: [`OpenCode ${how}`, stderr].filter(Boolean).join(": ") };
}

/** Exit code 0 is not success: OpenCode also ends so after a rejected permission, a length cut or an empty answer. */
function withoutAnswer({ summary, complete }: Outcome): Verdict | null {
  if (summary.answer !== null && summary.complete && summary.finishReason === "stop") return null;
  if (!complete) {
    return {
      ok: false,
      code: "log_incomplete",
      message: "OpenCode ended well, but part of its output could not be read.",
    };
  }
  const last =
    summary.finishReason === null ? "no step was finished" : `the last step ended with "${summary.finishReason}"`;
  return { ok: false, code: "empty_answer", message: `OpenCode ended without a final answer: ${last}.` };
}
