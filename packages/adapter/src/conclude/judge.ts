import { DIND_NAME } from "@opencode-k8s/job-manifest";
import type { Diagnosis, FailureCategory, StartPhase } from "@opencode-k8s/k8s-kit";
import type { Verdict as OpenCodeVerdict } from "@opencode-k8s/opencode-parse";
import type { Outcome } from "../observe/index.ts";
import { explain } from "./conclude-error.ts";
import { failedInOpenCode, notRunnable } from "./opencode-verdict.ts";
import type { Verdict } from "./verdict.ts";

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

/**
 * Reads the outcome of a run, row by row: the first row that has something to say is the verdict.
 * @param opencode what OpenCode itself came to
 */
export function judge(outcome: Outcome, opencode: OpenCodeVerdict): Verdict {
  return (
    stopped(outcome) ??
    notAllowed(outcome) ??
    neverStarted(outcome) ??
    outOfTime(outcome) ??
    outOfRoom(outcome) ??
    endedByCluster(outcome) ??
    notRunnable(outcome) ??
    failedInOpenCode(outcome, opencode) ?? { ok: true }
  );
}

function stopped({ stop, limit, gone, trouble }: Outcome): Verdict | null {
  switch (stop) {
    case null:
      return null;
    case "cancelled": {
      const message = `The run was cancelled; its pod ${gone ? "is" : "was not seen to be"} gone.`;
      return { ok: false, code: "cancelled", message: gone || trouble === "" ? message : `${message} ${trouble}` };
    }
    case "limited": {
      const { code = "k8s_internal_error", message = "", transient = false } = limit ?? {};
      const seen = gone ? "" : ` Its pod was not seen to be gone. ${trouble}`;
      return { ok: false, code, message: `The run was ended. ${message}${seen}`, transient };
    }
    case "detached":
      return { ok: false, code: "k8s_detached", message: "The server went away; the Job goes on, and can be adopted." };
    case "unreachable": {
      const message = `The run was out of sight for longer than apiOutageSec; its Job was left alone, and can be adopted. ${trouble}`;
      return { ok: false, code: "k8s_api_unreachable", message, transient: true };
    }
  }
}

function notAllowed({ refusal }: Outcome): Verdict | null {
  return refusal && { ok: false, ...explain(refusal) };
}

/** Pod Security names the container that it refuses: no other of a run's is privileged. */
const REFUSES_DIND = new RegExp(`violates PodSecurity.*container "${DIND_NAME}"`, "s");

/** The configuration key of each window. */
const WINDOW_KEYS: Readonly<Record<StartPhase, string>> = {
  schedule: "scheduleTimeoutSec",
  imagePull: "imagePullTimeoutSec",
  start: "startTimeoutSec",
};

function neverStarted({ started, diagnosis, ranOutOf }: Outcome): Verdict | null {
  if (started) return null;
  if (!diagnosis) return { ok: false, code: "k8s_job_failed", message: "The run's pod never started." };
  if (REFUSES_DIND.test(diagnosis.detail)) {
    const remedy = "remove dind.image, or name a namespace that enforces no more than the profile privileged";
    return explained({ ...diagnosis, remedy: `A Docker daemon is privileged: ${remedy}.` });
  }
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

function explained({ category, summary, detail, remedy, retryable }: Diagnosis, note: string = ""): Verdict {
  const message = [summary, detail, remedy].filter(Boolean).join(". ") + note;
  return { ok: false, code: CLUSTER_CODES[category], message, transient: retryable };
}
