import { jobName, labelValue, PROTOCOL, PROTOCOL_LABEL } from "@opencode-k8s/job-manifest";
import { type Job, type JobRef, refOf } from "@opencode-k8s/k8s-kit";

/** On a Job whose result Paperclip has: only what is kept for people to look at carries it (`retainJobs`). */
export const COLLECTED = "paperclip.io/collected";

/** A run that Paperclip lost before it had its result. */
export interface LostRun {
  readonly agentId: string;
  readonly runId: string;
}

/**
 * The Job of a run that was lost, if it is there to be observed on: it runs, or has ended and nobody collected its result. By
 * its exact name, and only where this version understands what it prints.
 *
 * Not one that is being deleted, nor one that was never resumed: that has no pod, and its Secrets may be missing.
 */
export function orphanOf(jobs: readonly Job[], run: LostRun): JobRef | null {
  const name = jobName(run);
  const job = jobs.find(({ metadata }) => metadata?.name === name);
  const { labels = {}, annotations = {}, deletionTimestamp } = job?.metadata ?? {};
  const isOurs =
    labels["paperclip.io/agent-id"] === labelValue(run.agentId) &&
    labels["paperclip.io/run-id"] === labelValue(run.runId) &&
    labels[PROTOCOL_LABEL] === String(PROTOCOL);
  if (!job || !isOurs || deletionTimestamp !== undefined || job.spec?.suspend || annotations[COLLECTED]) return null;
  return refOf(job);
}
