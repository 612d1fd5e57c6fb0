import { containerStatus, type Event, type Job, type Pod } from "@opencode-k8s/k8s-kit";
import { MAIN } from "./job-plan.ts";

/** What is known of the case's Job at one moment, all of it the last that was seen. */
export interface Seen {
  readonly pod: Pod | null;
  readonly job: Job | null;
  /** Of the Job and its pods, oldest first. */
  readonly events: readonly Event[];
  readonly podGone: boolean;
  readonly jobGone: boolean;
}

/** A moment that is worth a record. */
export type When = (seen: Seen) => boolean;

export const hasPod: When = ({ pod }) => pod !== null;
export const terminating: When = ({ pod }) => pod?.metadata?.deletionTimestamp !== undefined;
export const podGone: When = (seen) => seen.podGone;
export const jobGone: When = (seen) => seen.jobGone;
export const running: When = ({ pod }) => Boolean(pod && containerStatus(pod, MAIN)?.state?.running);
export const ended: When = ({ pod }) => Boolean(pod && containerStatus(pod, MAIN)?.state?.terminated);
export const restarted: When = ({ pod }) => Boolean(pod && containerStatus(pod, MAIN)?.lastState?.terminated);

export const phase =
  (wanted: string): When =>
  ({ pod }) =>
    pod?.status?.phase === wanted;

/** A condition of the Job. */
export const job =
  (type: string): When =>
  (seen) =>
    Boolean(seen.job?.status?.conditions?.some((condition) => condition.type === type && condition.status === "True"));

/** A condition of the pod. */
const pod =
  (type: string, status: string): When =>
  (seen) =>
    Boolean(seen.pod?.status?.conditions?.some((condition) => condition.type === type && condition.status === status));

export const unscheduled: When = pod("PodScheduled", "False");
export const disrupted: When = pod("DisruptionTarget", "True");

/** Any container of the pod waits for this reason. */
export const waiting =
  (reason: string): When =>
  (seen) =>
    [...(seen.pod?.status?.initContainerStatuses ?? []), ...(seen.pod?.status?.containerStatuses ?? [])].some(
      ({ state }) => state?.waiting?.reason === reason,
    );

export const event =
  (reason: string): When =>
  ({ events }) =>
    events.some((each) => each.reason === reason);

export const both =
  (one: When, other: When): When =>
  (seen) =>
    one(seen) && other(seen);
