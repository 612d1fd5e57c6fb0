import { describe, expect, test } from "vitest";
import { recordedFailures } from "../../test/recorded-failures.ts";
import { diagnose, type FailureCategory } from "./index.ts";

const recorded = recordedFailures();

type Row =
  | readonly [moment: string, diagnosis: null]
  /** `flags`: which of final, retryable and startedUserCode are true. `words`: a part of the summary or the detail. */
  | readonly [moment: string, category: FailureCategory, flags: string, words: string];

/** Objects of Kubernetes 1.35.4 with containerd 1.6. What no cluster of ours can be brought to is in diagnose.test.ts. */
const table: readonly Row[] = [
  ["backoff-limit/first-pod-ended", "exit_code", "final started", "exit code 3"],
  ["backoff-limit/failed", "exit_code", "final started", "exit code 3"],
  ["config-configmap-missing/CreateContainerConfigError", "container_config", "", 'configmap "missing" not found'],
  ["config-must-not-be-root/CreateContainerConfigError", "container_config", "", "runAsNonRoot"],
  [
    "config-secret-key-missing/CreateContainerConfigError",
    "container_config",
    "",
    "couldn't find key token in Secret record/empty",
  ],
  ["config-secret-missing/CreateContainerConfigError", "container_config", "", 'secret "missing" not found'],
  ["deadline-before-start/FailureTarget", "deadline", "final", 'Error: secret "missing" not found'],
  ["deadline-before-start/failed", "deadline", "final", 'Error: secret "missing" not found'],
  ["deadline-of-the-job/FailureTarget", "deadline", "final started", "Job was active"],
  ["deadline-of-the-job/gone", "deadline", "final started", "Job was active"],
  ["deadline-of-the-job/failed", "deadline", "final started", "Job was active"],
  ["deadline-of-the-pod/ended", "deadline", "final started", "Pod was active on the node"],
  ["deadline-of-the-pod/pod-failed", "deadline", "final started", "Pod was active on the node"],
  ["deadline-of-the-pod/failed", "deadline", "final started", "Pod was active on the node"],
  ["evicted-by-a-drain/terminating", "evicted", "final retryable started", "Eviction API: evicting"],
  ["evicted-by-a-drain/gone", "evicted", "final retryable started", "Eviction API: evicting"],
  ["evicted-by-a-drain/failed", "evicted", "final retryable started", "Eviction API: evicting"],
  [
    "evicted-empty-dir/pod-failed",
    "evicted",
    "final started",
    'Usage of EmptyDir volume "data" exceeds the limit "8Mi".',
  ],
  ["evicted-empty-dir/failed", "evicted", "final started", 'Usage of EmptyDir volume "data" exceeds the limit "8Mi".'],
  [
    "evicted-ephemeral-storage/pod-failed",
    "evicted",
    "final started",
    "Pod ephemeral local storage usage exceeds the total limit of containers 8Mi.",
  ],
  [
    "evicted-ephemeral-storage/failed",
    "evicted",
    "final started",
    "Pod ephemeral local storage usage exceeds the total limit of containers 8Mi.",
  ],
  ["exit-code-deleted-afterwards/gone", "exit_code", "final started", "exit code 3"],
  ["exit-code-with-log/ended", "exit_code", "final started", "no such model"],
  ["exit-code-with-message/ended", "exit_code", "final started", "the disk is full"],
  ["exit-code/ended", "exit_code", "final started", "exit code 3"],
  ["exit-code/failed", "exit_code", "final started", "exit code 3"],
  ["healthy-deleted-afterwards/gone", null],
  ["healthy-mesh-sidecar-ended-143/main-ended", null],
  ["healthy-mesh-sidecar-ended-143/pod-failed", null],
  ["healthy-mesh-sidecar-ended-143/failed", null],
  ["healthy-mounted-late/running", null],
  ["healthy-sidecar-crashes-beside-main/running", null],
  ["healthy-sidecar-ended-137/succeeded", null],
  ["healthy-sidecar-ended-143/main-ended", null],
  ["healthy-sidecar-ended-143/succeeded", null],
  ["healthy-sidecar-ended-143/complete", null],
  ["healthy/starting", null],
  ["healthy/creating", null],
  ["healthy/running", null],
  ["healthy/ended", null],
  ["healthy/complete", null],
  ["image-denied-forbidden/ErrImagePull", "image_pull", "final", "403 Forbidden"],
  ["image-denied-forbidden/ImagePullBackOff", "image_pull", "final", "403 Forbidden"],
  ["image-denied-login/ErrImagePull", "image_pull", "final", "401 Unauthorized"],
  ["image-denied-login/ImagePullBackOff", "image_pull", "final", "401 Unauthorized"],
  ["image-denied-token/ErrImagePull", "image_pull", "final", "unexpected status: 401 Unauthorized"],
  ["image-denied-token/ImagePullBackOff", "image_pull", "final", "unexpected status: 401 Unauthorized"],
  ["image-name-invalid/InvalidImageName", "image_pull", "final", "must be lowercase"],
  ["image-never-pulled/ErrImageNeverPull", "image_pull", "final", "pull policy of Never"],
  ["image-not-found-misleading-name/ErrImagePull", "image_pull", "final", "timeout:1: not found"],
  ["image-not-found-misleading-name/ImagePullBackOff", "image_pull", "final", "timeout:1: not found"],
  ["image-not-found/ErrImagePull", "image_pull", "final", "app:1: not found"],
  ["image-not-found/ImagePullBackOff", "image_pull", "final", "app:1: not found"],
  ["image-of-init-container-not-found/ErrImagePull", "image_pull", "final", "prepare:1: not found"],
  ["image-other-platform/ErrImagePull", "image_pull", "final", "no match for platform in manifest: not found"],
  ["image-other-platform/ImagePullBackOff", "image_pull", "final", "no match for platform in manifest: not found"],
  ["image-rate-limited-misleading-name/ErrImagePull", "image_pull", "retryable", "429 Too Many Requests"],
  ["image-rate-limited-misleading-name/ImagePullBackOff", "image_pull", "retryable", "429 Too Many Requests"],
  ["image-rate-limited/ErrImagePull", "image_pull", "retryable", "429 Too Many Requests"],
  ["image-rate-limited/ImagePullBackOff", "image_pull", "retryable", "429 Too Many Requests"],
  ["image-registry-broken/ErrImagePull", "image_pull", "retryable", "503 Service Unavailable"],
  ["image-registry-broken/ImagePullBackOff", "image_pull", "retryable", "503 Service Unavailable"],
  ["image-registry-refuses-connections/ErrImagePull", "image_pull", "retryable", "connect: connection refused"],
  ["image-registry-refuses-connections/ImagePullBackOff", "image_pull", "retryable", "connect: connection refused"],
  ["image-registry-unknown-host/ErrImagePull", "image_pull", "retryable", "no such host"],
  ["image-registry-unknown-host/ImagePullBackOff", "image_pull", "retryable", "no such host"],
  ["image-slow/pulling", null],
  ["init-container-exit-code/pod-failed", "exit_code", "final", "cannot clone"],
  ["init-container-exit-code/failed", "exit_code", "final", "cannot clone"],
  [
    "init-container-restarted/CrashLoopBackOff",
    "exit_code",
    "",
    "exit code 4, and is started again; restarts so far: 1",
  ],
  ["job-deleted-before-it-ran/gone", "deleted", "final", "The Job was deleted"],
  ["job-deleted-while-it-ran/terminating", "deleted", "final started", "The Job was deleted"],
  ["job-deleted-while-it-ran/gone", "deleted", "final started", "The Job was deleted"],
  ["node-deleted/gone", "node_lost", "final retryable", "PodGC: node no longer exists"],
  ["node-lost/node-silent", null],
  ["node-lost/terminating", "node_lost", "final retryable started", "Taint manager: deleting due to NoExecute taint"],
  ["node-lost/ended", "node_lost", "final retryable started", "Taint manager: deleting due to NoExecute taint"],
  ["node-lost/gone", "node_lost", "final retryable started", "Taint manager: deleting due to NoExecute taint"],
  ["node-never-ready/bound", null],
  ["node-never-ready/terminating", "node_lost", "final retryable", "Taint manager: deleting due to NoExecute taint"],
  ["oom-of-a-child/ended", "oom", "final started", "ran out of memory"],
  ["oom/ended", "oom", "final started", "ran out of memory"],
  ["oom/failed", "oom", "final started", "ran out of memory"],
  ["pod-deleted-before-it-ran/gone", "deleted", "final retryable", "The pod, or its Job"],
  ["pod-deleted-while-it-ran/terminating", "deleted", "final started", "The pod, or its Job"],
  ["pod-deleted-while-it-ran/gone", "deleted", "final started", "The pod, or its Job"],
  ["pod-deleted-while-it-ran/failed", "deleted", "final started", "The pod, or its Job"],
  ["pod-deleted-while-it-was-created/terminating", "deleted", "final retryable", "The pod, or its Job"],
  ["pod-deleted-while-it-was-created/gone", "deleted", "final retryable", "The pod, or its Job"],
  ["pod-failure-policy/ended", "exit_code", "final started", "exit code 42"],
  ["pod-failure-policy/failed", "exit_code", "final started", "matching FailJob rule"],
  ["pod-killed-at-once/gone", "deleted", "final started", "The pod, or its Job"],
  ["preempted-by-the-kubelet/pod-failed", "preempted", "final retryable started", "critical pod"],
  [
    "preempted/terminating",
    "preempted",
    "final retryable started",
    "default-scheduler: preempting to accommodate a higher priority pod",
  ],
  [
    "preempted/gone",
    "preempted",
    "final retryable started",
    "default-scheduler: preempting to accommodate a higher priority pod",
  ],
  ["refused-limit-range/FailedCreate", "pod_rejected", "final", "maximum memory usage per Container"],
  ["refused-pod-security/FailedCreate", "pod_rejected", "final", "violates PodSecurity"],
  ["refused-policy/FailedCreate", "pod_rejected", "final", "a pod must name its team"],
  ["refused-quota/FailedCreate", "pod_rejected", "retryable", "exceeded quota: team"],
  ["refused-service-account-missing/FailedCreate", "pod_rejected", "", "error looking up service account"],
  ["refused-webhook-unreachable/FailedCreate", "pod_rejected", "retryable", "failed calling webhook"],
  ["rejected-node-affinity/rejected", "pod_rejected", "final retryable", "node affinity/selector"],
  ["rejected-out-of-cpu/rejected", "pod_rejected", "final retryable", "Node didn't have enough resource: cpu"],
  ["restarted-by-the-kubelet/running-again", null],
  [
    "restarted-by-the-kubelet/CrashLoopBackOff",
    "exit_code",
    "started",
    "exit code 3, and is started again; restarts so far: 1",
  ],
  ["sidecar-cannot-start/CrashLoopBackOff", "container_config", "", "no such file or directory"],
  ["sidecar-exit-code/main-ended", null],
  ["sidecar-exit-code/pod-failed", "exit_code", "final started", "exit code 7"],
  ["sigkill/ended", "killed", "final started", "SIGKILL"],
  ["sigsegv/ended", "exit_code", "final started", "exit code 139 (SIGSEGV)"],
  ["sigterm-deleted-afterwards/gone", "killed", "final started", "SIGTERM"],
  ["sigterm/ended", "killed", "final started", "SIGTERM"],
  ["start-command-missing-restarted/RunContainerError", "container_config", "", "no such file or directory"],
  ["start-command-missing-restarted/CrashLoopBackOff", "container_config", "", "no such file or directory"],
  ["start-command-missing/ended", "container_config", "final", "no such file or directory"],
  ["start-exec-format/ended", "exit_code", "final started", "exit code 1"],
  ["start-permission-denied/ended", "container_config", "final", "permission denied"],
  ["unschedulable-affinity/unscheduled", "unschedulable", "", "node affinity/selector"],
  ["unschedulable-claim-missing/unscheduled", "volume", "", 'persistentvolumeclaim "missing" not found'],
  ["unschedulable-claim-unbound-late/unscheduled", "volume", "", "find available persistent volumes"],
  ["unschedulable-claim-unbound/unscheduled", "volume", "", "unbound immediate"],
  ["unschedulable-cpu/unscheduled", "unschedulable", "", "Insufficient cpu"],
  ["unschedulable-full/unscheduled", "unschedulable", "retryable", "No preemption victims found"],
  ["unschedulable-gated/unscheduled", "unschedulable", "", "Scheduling is blocked due to non-empty scheduling gates"],
  ["unschedulable-memory/unscheduled", "unschedulable", "", "Insufficient memory"],
  ["unschedulable-node-selector/unscheduled", "unschedulable", "", "node affinity/selector"],
  ["unschedulable-taint/unscheduled", "unschedulable", "", "untolerated taint"],
  [
    "volume-configmap-missing/FailedMount",
    "volume",
    "",
    'SetUp failed for volume "data" : configmap "missing" not found',
  ],
  [
    "volume-path-of-other-type/FailedMount",
    "volume",
    "",
    'SetUp failed for volume "data" : hostPath type check failed: /etc/passwd is not a directory',
  ],
  ["volume-secret-missing/FailedMount", "volume", "", 'SetUp failed for volume "data" : secret "missing" not found'],
];

test.each(table)("%s: %s", (moment, category, flags = "", words = "") => {
  const evidence = recorded.get(moment);
  if (!evidence) throw new Error(`no fixture has ${moment}`);
  const diagnosis = diagnose(evidence);
  if (category === null) {
    expect(diagnosis).toBeNull();
    return;
  }
  const told = `${diagnosis?.summary}: ${diagnosis?.detail}`;
  const { final, retryable, startedUserCode } = diagnosis ?? {};
  const shown = [final ? "final" : "", retryable ? "retryable" : "", startedUserCode ? "started" : ""];
  expect([diagnosis?.category, shown.filter(Boolean).join(" ")]).toEqual([category, flags]);
  expect(told).toContain(words);
});

test("every recorded moment has its row, and only one", () => {
  expect(table.map(([moment]) => moment).toSorted()).toEqual([...recorded.keys()].toSorted());
});

describe("of every recorded moment", () => {
  const diagnoses = [...recorded.values()].map(diagnose).filter((diagnosis) => diagnosis !== null);

  test("the summary is one line", () => {
    for (const { summary } of diagnoses) expect(summary).toMatch(/^\S.{10,}\S$/);
  });

  test("there is a remedy, and it speaks of Kubernetes, not of a caller's settings", () => {
    for (const { remedy } of diagnoses) {
      expect(remedy).toMatch(/\.$/);
      expect(remedy).not.toMatch(/TimeoutSec|timeoutSec|adapter|agent|OpenCode|Paperclip/);
    }
  });

  test("what waiting may mend has not run any code of the user's, or is started again", () => {
    for (const { final, startedUserCode, summary } of diagnoses) {
      if (!final && startedUserCode) expect(summary).toContain("is started again");
    }
  });
});
