import type { Event, Job, Pod } from "../objects.ts";

/**
 * Why a Job's pod did not do what it should. A contract: programs branch on these words, a minor version adds some and never
 * changes the meaning of one.
 *
 * - `image_pull`: the image of a container cannot be pulled
 * - `unschedulable`: no node takes the pod
 * - `volume`: the pod waits for a claim, or a volume cannot be mounted
 * - `container_config`: a container cannot be created, or its first process cannot be started
 * - `oom`: a container was killed because it reached its memory limit
 * - `evicted`: the node or a drain put the pod out
 * - `preempted`: a pod of higher priority took its place
 * - `node_lost`: the pod's node is gone, or does not answer
 * - `deadline`: `activeDeadlineSeconds` of the Job or the pod
 * - `deleted`: somebody deleted the Job or its pod
 * - `pod_rejected`: the API server or the node did not admit the pod
 * - `killed`: a container was ended by SIGKILL or SIGTERM, and nothing says by whom
 * - `exit_code`: a container ended with another exit code than 0
 * - `unknown`: the Job failed, and nothing that was seen says why
 */
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
  /**
   * Did the main container ever run? If not, nothing was begun, and the Job may be run again without harm. Where nobody saw
   * whether it did, it is said to have run.
   */
  readonly startedUserCode: boolean;
  /**
   * Could the same Job, unchanged, succeed if it were run again? True where the cause lies outside of the Job and passes: the
   * node was lost or drained, a pod of higher priority came, the registry or a webhook did not answer, all nodes are full.
   * False for a wrong name, a refusal, a missing object, a limit of the Job's own, an exit code, a signal or a deletion of
   * unknown origin.
   *
   * Says nothing of whether it does harm to run it twice: see {@link startedUserCode}. Together: retry at will when both say
   * so, retry an interrupted Job when it can bear it, retry nothing else.
   */
  readonly retryable: boolean;
  /**
   * Will waiting not mend it? False while the cluster goes on trying (a pull, a mount, a node, an admission) and could
   * succeed without a change of the Job; how long that is worth waiting for is the caller's to say. It is said of this pod: a
   * Job with retries left (`backoffLimit`) makes another one.
   */
  readonly final: boolean;
}

/** What there is to explain a failure from; all of it the last that was seen. */
export interface Evidence {
  /** Name of the container that matters. */
  readonly container: string;
  readonly pod: Pod | null;
  readonly job: Job | null;
  /** Of the pod, of the Job, or of both; oldest first. Those of a Job matter while it has no pod. */
  readonly events?: readonly Event[];
  /** The pod or its Job does not exist any more. */
  readonly deleted?: boolean;
  /** The Job itself does not: somebody's wish, most likely. */
  readonly jobDeleted?: boolean;
}

/** What one question finds. */
export type Finding = Omit<Diagnosis, "startedUserCode">;

/** The cluster's words on one thing, from several places, each once. */
export function words(...parts: (string | undefined)[]): string {
  return [...new Set(parts.map((part) => part?.trim()).filter((part) => part))].join("; ");
}
