import { DIND_NAME } from "@opencode-k8s/job-manifest";
import type { Diagnosis, FailureCategory, StartPhase } from "@opencode-k8s/k8s-kit";
import type { Outcome } from "../observe/index.ts";
import type { ErrorCode } from "./codes.ts";
import type { Failure } from "./verdict.ts";

const CLUSTER_CODES: Readonly<Record<FailureCategory, ErrorCode>> = {
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

/** Pod Security names the container that it refuses: no other of a run's is privileged. */
const REFUSES_DIND = new RegExp(`violates PodSecurity.*container "${DIND_NAME}"`, "s");

/** The configuration key of each window. */
const WINDOW_KEYS: Readonly<Record<StartPhase, string>> = {
  schedule: "scheduleTimeoutSec",
  imagePull: "imagePullTimeoutSec",
  start: "startTimeoutSec",
};

export function neverStarted({ started, diagnosis, ranOutOf }: Outcome): Failure | null {
  if (started) return null;
  if (!diagnosis) return { ok: false, code: "k8s_job_failed", message: "The run's pod never started." };
  if (REFUSES_DIND.test(diagnosis.detail)) {
    const remedy = "remove dind.image, or name a namespace that enforces no more than the profile privileged";
    return explained({ ...diagnosis, remedy: `A Docker daemon is privileged: ${remedy}.` });
  }
  return explained(diagnosis, ranOutOf ? ` ${WINDOW_KEYS[ranOutOf]} says how long this is waited for.` : "");
}

export function endedByCluster({ diagnosis }: Outcome): Failure | null {
  return diagnosis && diagnosis.category !== "exit_code" ? explained(diagnosis) : null;
}

function explained({ category, summary, detail, remedy, retryable }: Diagnosis, note: string = ""): Failure {
  const message = [summary, detail, remedy].filter(Boolean).join(". ") + note;
  return { ok: false, code: CLUSTER_CODES[category], message, transient: retryable };
}
