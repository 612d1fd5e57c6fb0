import { containerStatus, type ContainerEnd } from "../jobs/pod-state.ts";
import { jobState } from "../jobs/job-state.ts";
import type { Event, Job, Pod } from "../objects.ts";

/** Why a Job's pod did not do what it should. The categories are stable: programs may branch on them. */
export type FailureCategory =
  | "image_pull"
  | "unschedulable"
  | "volume"
  | "container_config"
  | "oom"
  | "evicted"
  | "preempted"
  | "node_lost"
  | "deadline"
  | "deleted"
  | "pod_rejected"
  | "killed"
  | "exit_code"
  | "unknown";

/** A failure explained. */
export interface Diagnosis {
  readonly category: FailureCategory;
  /** One line. */
  readonly summary: string;
  /** The cluster's own words; empty where it said nothing. */
  readonly detail: string;
  /** What somebody can do about it. */
  readonly remedy: string;
  /** Did the main container ever run? If not, nothing was begun, and the run may be repeated. */
  readonly startedUserCode: boolean;
  /** Will waiting not mend it? */
  readonly final: boolean;
}

/** What there is to explain a failure from; all of it the last that was seen. */
export interface Evidence {
  readonly container: string;
  readonly pod: Pod | null;
  readonly job: Job | null;
  /** Of the pod, or of the Job while it has no pod; oldest first. */
  readonly events?: readonly Event[];
  /** The pod or its Job was deleted. */
  readonly deleted?: boolean;
}

type Finding = Omit<Diagnosis, "startedUserCode">;

/** Explains the state of a Job's pod; `null` when nothing is wrong. Pure; the order of the questions matters. */
export function diagnose(evidence: Evidence): Diagnosis | null {
  const finding =
    disrupted(evidence) ??
    podLevel(evidence) ??
    deadlineExceeded(evidence) ??
    containerEnded(evidence) ??
    deletedFromOutside(evidence) ??
    waiting(evidence) ??
    unscheduled(evidence) ??
    podRefused(evidence);
  return finding && { ...finding, startedUserCode: hasStarted(evidence) };
}

/** Did the main container ever run? */
export function hasStarted({ pod, container }: Pick<Evidence, "pod" | "container">): boolean {
  const status = pod && containerStatus(pod, container);
  const ended = status?.state?.terminated ?? status?.lastState?.terminated;
  return Boolean(status?.state?.running) || (ended !== undefined && !NOT_STARTED.has(ended.reason ?? ""));
}

/** Reasons of a container that "ended" because its first process could not be started. */
const NOT_STARTED = new Set(["StartError", "ContainerCannotRun"]);

/** Reasons of the condition `DisruptionTarget`. */
const DISRUPTIONS: Readonly<Record<string, Pick<Finding, "category" | "summary" | "remedy">>> = {
  PreemptionByScheduler: {
    category: "preempted",
    summary: "The pod was preempted: a pod of higher priority took its place",
    remedy: "Run again; give the agent's pods a PriorityClass if this happens often.",
  },
  DeletionByTaintManager: {
    category: "node_lost",
    summary: "The node was tainted, and the pod removed from it",
    remedy: "Run again; look at the node with `kubectl describe node`.",
  },
  EvictionByEvictionAPI: {
    category: "evicted",
    summary: "The pod was evicted by a request to the API, as a node drain makes",
    remedy: "Run again when the maintenance is over; a PodDisruptionBudget delays such evictions.",
  },
  DeletionByPodGC: {
    category: "node_lost",
    summary: "The pod's node does not exist any more",
    remedy: "Run again; look at what removes nodes (autoscaler, spot instances).",
  },
  TerminationByKubelet: {
    category: "evicted",
    summary: "The kubelet ended the pod, because the node ran out of a resource or shuts down",
    remedy: "Raise the agent's resource requests, ephemeral storage too, to what it needs.",
  },
};

function disrupted({ pod }: Evidence): Finding | null {
  const condition = pod?.status?.conditions?.find((each) => each.type === "DisruptionTarget" && each.status === "True");
  const known = condition && DISRUPTIONS[condition.reason ?? ""];
  return known ? { ...known, detail: join(condition.message, pod?.status?.message), final: true } : null;
}

/** The pod's own reason, before its containers': an eviction leaves them without a word. */
function podLevel({ pod }: Evidence): Finding | null {
  const reason = pod?.status?.phase === "Failed" ? (pod.status.reason ?? "") : "";
  const detail = pod?.status?.message ?? "";
  if (reason === "Evicted") {
    const remedy = "Raise the limit that the message names (memory, ephemeral storage), or give the node more of it.";
    return { category: "evicted", summary: "The node evicted the pod", detail, remedy, final: true };
  }
  if (reason === "DeadlineExceeded") return deadlineFinding(detail);
  if (reason === "NodeLost") return { ...nodeLost, detail };
  if (reason === "" || reason === "Error" || reason === "Completed") return null;
  const remedy = "The node refused the pod (its resources, ports or affinity); run again, or lower the requests.";
  return { category: "pod_rejected", summary: `The node refused the pod: ${reason}`, detail, remedy, final: true };
}

const nodeLost = {
  category: "node_lost",
  summary: "The pod's node was lost",
  remedy: "Run again; look at the node with `kubectl describe node`.",
  final: true,
} as const;

function deadlineExceeded({ job }: Evidence): Finding | null {
  const state = job ? jobState(job) : null;
  return state?.kind === "failed" && state.reason === "DeadlineExceeded" ? deadlineFinding(state.message) : null;
}

function deadlineFinding(detail: string): Finding {
  return {
    category: "deadline",
    summary: "The Job passed its activeDeadlineSeconds",
    detail,
    remedy: "Raise timeoutSec, or the windows for scheduling, image pull and start.",
    final: true,
  };
}

function containerEnded(evidence: Evidence): Finding | null {
  const { pod, container } = evidence;
  const init = pod?.status?.initContainerStatuses?.find((status) => (status.state?.terminated?.exitCode ?? 0) !== 0);
  if (init?.state?.terminated) return endFinding(`Init container ${init.name}`, init.state.terminated);
  const end = pod && containerStatus(pod, container)?.state?.terminated;
  if (!end || end.exitCode === 0) return null;
  // A pod that is being deleted gets these signals for it: the deletion is the cause.
  if (isDeleted(evidence) && isSignal(end.exitCode) && end.reason !== "OOMKilled") return null;
  return endFinding(`Container ${container}`, end);
}

function endFinding(who: string, end: ContainerEnd): Finding {
  const detail = end.message ?? "";
  if (end.reason === "OOMKilled") {
    const remedy = "Raise resources.limits.memory (and the request with it).";
    return { category: "oom", summary: `${who} ran out of memory and was killed`, detail, remedy, final: true };
  }
  if (NOT_STARTED.has(end.reason ?? "")) {
    const remedy = "Check that the image has /bin/sh and fits the node's architecture.";
    return { category: "container_config", summary: `${who} could not be started`, detail, remedy, final: true };
  }
  if (isSignal(end.exitCode)) {
    const signal = end.exitCode === SIGKILL_EXIT ? "SIGKILL" : "SIGTERM";
    const remedy = "Something outside stopped it; if its memory was near the limit, raise resources.limits.memory.";
    return { category: "killed", summary: `${who} was ended by ${signal}`, detail, remedy, final: true };
  }
  const remedy = "See the message and the end of the log.";
  return { category: "exit_code", summary: `${who} ended with exit code ${end.exitCode}`, detail, remedy, final: true };
}

/** 128 + the signal's number. */
const SIGKILL_EXIT = 137;
const SIGTERM_EXIT = 143;

function isSignal(exitCode: number): boolean {
  return exitCode === SIGKILL_EXIT || exitCode === SIGTERM_EXIT;
}

function isDeleted({ deleted, pod }: Evidence): boolean {
  return deleted === true || pod?.metadata?.deletionTimestamp !== undefined;
}

function deletedFromOutside(evidence: Evidence): Finding | null {
  if (!isDeleted(evidence)) return null;
  const { pod } = evidence;
  const what = pod ? "The Job or its pod" : "The Job";
  const remedy = "Find out who deleted it (audit log, a clean-up job, a TTL), then run again.";
  return { category: "deleted", summary: `${what} was deleted from outside`, detail: "", remedy, final: true };
}

/** Image pulls that no waiting mends: a name that is none, an image that is not there, a registry that says no. */
const HOPELESS_PULL =
  /InvalidImageName|ErrImageNeverPull|not found|manifest unknown|does not exist|denied|unauthorized|forbidden|authentication required/i;
/** What looks like the above and passes. */
const PASSING_PULL = /too many requests|timeout|timed out|connection refused|no such host|\b50[0234]\b|temporar/i;
/** Names of images, URLs and digests: whatever they are spelled like, they are not what the registry said. */
const QUOTED = /"[^"]*"|sha256:[0-9a-f]+|https?:\/\/\S+/g;

function waiting({ pod, container, events = [] }: Evidence): Finding | null {
  const statuses = [...(pod?.status?.initContainerStatuses ?? []), ...(pod?.status?.containerStatuses ?? [])];
  const stuck = statuses.find(
    (status) =>
      status.state?.waiting?.reason && !status.state.waiting.reason.match(/^(ContainerCreating|PodInitializing)$/),
  );
  const { reason = "", message = "" } = stuck?.state?.waiting ?? {};
  if (/Image/.test(reason)) {
    // "Back-off pulling image" hides what the registry said; the events still have it.
    const pull = events.findLast((event) => event.reason === "Failed" && /ull/.test(event.message ?? ""))?.message;
    const detail =
      message.startsWith("Back-off") && !/: /.test(message) ? join(message, pull) : message || (pull ?? "");
    const said = `${reason} ${detail}`.replaceAll(QUOTED, "").replaceAll(stuck?.image ?? "", "");
    const final = HOPELESS_PULL.test(said) && !PASSING_PULL.test(said);
    const remedy =
      "Check the image's name and tag, and imagePullSecrets; the registry must be reachable from the node.";
    return {
      category: "image_pull",
      summary: `The image ${stuck?.image ?? ""} cannot be pulled`,
      detail,
      remedy,
      final,
    };
  }
  if (reason === "CreateContainerConfigError" || reason === "CreateContainerError" || reason === "RunContainerError") {
    const remedy = "The message names what is missing: a Secret, a ConfigMap, a key, or a path.";
    return {
      category: "container_config",
      summary: "The container cannot be created",
      detail: message,
      remedy,
      final: false,
    };
  }
  const mount = events.findLast((event) => /^Failed(Mount|AttachVolume|Binding)$/.test(event.reason ?? ""));
  if (pod?.spec?.nodeName && mount && !hasStarted({ pod, container })) {
    const remedy =
      "Check that the claim exists, is bound, and can be attached to this node (a ReadWriteOnce claim has one).";
    return {
      category: "volume",
      summary: "A volume cannot be mounted",
      detail: mount.message ?? "",
      remedy,
      final: false,
    };
  }
  return null;
}

function unscheduled({ pod }: Evidence): Finding | null {
  const condition = pod?.status?.conditions?.find((each) => each.type === "PodScheduled" && each.status === "False");
  if (!condition) return null;
  const detail = condition.message ?? "";
  if (/persistentvolumeclaim|volume node affinity|unbound immediate/i.test(detail)) {
    const remedy =
      "Check the claim with `kubectl describe pvc`: its storage class, and whether a volume can be made for it.";
    return { category: "volume", summary: "The pod waits for a volume", detail, remedy, final: false };
  }
  const remedy = /Insufficient/.test(detail)
    ? "Lower the resource requests, add a node, or raise scheduleTimeoutSec if an autoscaler needs longer."
    : "Check node selector, tolerations and affinity against the nodes that there are.";
  return { category: "unschedulable", summary: "No node can take the pod", detail, remedy, final: false };
}

/** A Job without a pod: its controller says why in an event (quota, Pod Security, an admission webhook). */
function podRefused({ pod, job, events = [] }: Evidence): Finding | null {
  const refused = pod ? undefined : events.findLast((event) => event.reason === "FailedCreate");
  if (refused) {
    const remedy =
      "The message names the policy: a ResourceQuota, Pod Security, or an admission webhook of the namespace.";
    return {
      category: "pod_rejected",
      summary: "The cluster refused the pod",
      detail: refused.message ?? "",
      remedy,
      final: false,
    };
  }
  const state = job ? jobState(job) : null;
  if (state?.kind !== "failed") return null;
  const remedy = "See the Job's events with `kubectl describe job`.";
  return {
    category: "unknown",
    summary: `The Job failed: ${state.reason}`,
    detail: state.message,
    remedy,
    final: true,
  };
}

function join(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part).join("; ");
}
