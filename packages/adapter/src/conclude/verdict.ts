import type { Diagnosis, FailureCategory, StartPhase } from "@opencode-k8s/k8s-kit";
import { judgeRun, type Verdict as OpenCodeVerdict, type VerdictCode } from "@opencode-k8s/opencode-parse";
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
    outOfRoom(outcome) ??
    endedByCluster(outcome) ??
    notRunnable(outcome) ??
    failedInOpenCode(outcome) ?? { ok: true }
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

function outOfRoom({ receipt }: Outcome): Verdict | null {
  if (receipt?.stopReason !== "output_limit") return null;
  const message = `The run was ended: its events passed their limit, with ${receipt.bytes} bytes. It may be going round in circles.`;
  return { ok: false, code: "k8s_output_limit", message };
}

function endedByCluster({ diagnosis }: Outcome): Verdict | null {
  return diagnosis && diagnosis.category !== "exit_code" ? explained(diagnosis) : null;
}

function explained({ category, summary, detail, remedy }: Diagnosis, note: string = ""): Verdict {
  const message = [summary, detail, remedy].filter(Boolean).join(". ") + note;
  return { ok: false, code: CLUSTER_CODES[category], message };
}

/** What the program in the pod says when something is missing, and a shell when a program is not there or cannot be run. */
const NOT_RUNNABLE = [78, 126, 127];

function notRunnable({ receipt, end }: Outcome): Verdict | null {
  if (!NOT_RUNNABLE.includes(exitCodeOf({ receipt, end }) ?? 0)) return null;
  const message = end?.message?.trim() || "The image has no OpenCode that can be run.";
  return { ok: false, code: "opencode_missing", message };
}

/**
 * Codes of what OpenCode came to. Where Paperclip has words of its own for what nobody but a person can mend, they are used;
 * `llm_api_error` is the predecessor's. The exact one is in the result's `verdict`.
 */
const OPENCODE_CODES: Readonly<Record<Exclude<VerdictCode, "ok">, string>> = {
  session_unavailable: "session_unavailable",
  step_limit: "step_limit",
  context_overflow: "context_overflow",
  output_limit: "output_limit",
  auth: "llm_api_error",
  quota: "llm_api_error",
  rate_limit: "llm_api_error",
  provider_unavailable: "llm_api_error",
  request_rejected: "llm_api_error",
  content_filter: "content_filter",
  model_not_found: "model_not_found",
  config_invalid: "configuration_incomplete",
  invocation_invalid: "configuration_incomplete",
  environment_invalid: "opencode_failed",
  database: "opencode_failed",
  permission_rejected: "permission_rejected",
  looping: "looping",
  stream_truncated: "empty_answer",
  empty_answer: "empty_answer",
  killed: "opencode_failed",
  internal: "opencode_failed",
};

/** What the end of the output says nothing about, when part of the output is missing. */
const NEEDS_THE_WHOLE_OUTPUT: ReadonlySet<VerdictCode> = new Set(["empty_answer", "stream_truncated"]);

function failedInOpenCode(outcome: Outcome): Verdict | null {
  const { code, message, remedy, retry, sessionLost } = judgeOpenCode(outcome);
  if (code === "ok") return null;
  if (!outcome.complete && NEEDS_THE_WHOLE_OUTPUT.has(code)) {
    const lost = "OpenCode ended, but part of its output could not be read.";
    return { ok: false, code: "log_incomplete", message: lost };
  }
  const transient = retry && TRANSIENT.has(code);
  return { ok: false, code: OPENCODE_CODES[code], message: `${message} ${remedy}`, sessionLost, transient };
}

/** Causes at the provider that pass by themselves. */
const TRANSIENT: ReadonlySet<VerdictCode> = new Set(["rate_limit", "provider_unavailable"]);

/** What OpenCode itself came to, wherever it ran. */
export function judgeOpenCode({ report, receipt, end }: Outcome): OpenCodeVerdict {
  return judgeRun(report, {
    exitCode: exitCodeOf({ receipt, end }),
    signal: receipt?.signal ?? null,
    stderr: end?.message ?? "",
    version: receipt?.opencodeVersion ?? null,
  });
}

function exitCodeOf({ receipt, end }: Pick<Outcome, "receipt" | "end">): number | null {
  return receipt ? receipt.exitCode : (end?.exitCode ?? null);
}
