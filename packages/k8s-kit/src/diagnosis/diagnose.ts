import { hasSucceeded, initContainerEnd, mainContainerEnd, sidecarEnd } from "./container-end.ts";
import { deadline } from "./deadline.ts";
import { deletion } from "./deletion.ts";
import type { Diagnosis, Evidence, Finding } from "./diagnosis.ts";
import { disruption } from "./disruption.ts";
import { imagePull } from "./image-pull.ts";
import { notCreated, restarting } from "./not-created.ts";
import { notMounted } from "./not-mounted.ts";
import { podVerdict } from "./pod-verdict.ts";
import { jobFailed, refused } from "./refused.ts";
import { mayHaveStarted } from "./started.ts";
import { unscheduled } from "./unscheduled.ts";
import { withoutNulls } from "./without-nulls.ts";

type Question = (evidence: Evidence) => Finding | null;

/** From the pod as a whole to its containers: a container says "137" where the pod knows who killed it. */
const OF_AN_END: readonly Question[] = [disruption, podVerdict, deadline, initContainerEnd, mainContainerEnd];
/** Asked unless the main container has done its work; then nothing of this matters any more. */
const OF_A_STOP_OR_A_WAIT: readonly Question[] = [
  deletion,
  imagePull,
  notCreated,
  restarting,
  notMounted,
  unscheduled,
  refused,
  jobFailed,
];

/**
 * Explains the state of a Job's pod; `null` when nothing is wrong. Pure, and content with whatever is missing: a pod that was
 * preempted before it began has no container statuses (Airflow 59626).
 */
export function diagnose({ container, pod, job, events, deleted, jobDeleted }: Evidence): Diagnosis | null {
  const evidence: Evidence = {
    container,
    pod: pod && withoutNulls(pod),
    job: job && withoutNulls(job),
    events: withoutNulls(events ?? []),
    deleted: deleted === true,
    jobDeleted: jobDeleted === true,
  };
  const rest = hasSucceeded(evidence) ? [sidecarEnd] : OF_A_STOP_OR_A_WAIT;
  for (const question of [...OF_AN_END, ...rest]) {
    const finding = question(evidence);
    if (finding) return { ...finding, startedUserCode: mayHaveStarted(evidence) };
  }
  return null;
}
