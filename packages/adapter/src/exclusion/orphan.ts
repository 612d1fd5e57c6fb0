import { jobName, labelValue, PROTOCOL, PROTOCOL_LABEL } from "@opencode-k8s/job-manifest";
import { type Job, type JobRef, refOf } from "@opencode-k8s/k8s-kit";
import { endedJob } from "../job-account.ts";
import type { RunWord } from "../paperclip/index.ts";
import { knewAll, WAKE } from "./wake.ts";

/** On a Job whose result is wanted no more: Paperclip has it (`retainJobs`), or a later run of the task began without it. */
export const COLLECTED = "paperclip.io/collected";
/** On a Job that a later run observes: that run. */
export const ADOPTED_BY = "paperclip.io/adopted-by";

/** Statuses of a run that Paperclip may have given up without the result of its Job. */
const LOST: readonly string[] = ["interrupted", "failed"];

/** Which Job a run would go on with. */
export interface Wanted {
  /** The run that Paperclip says to go on with; `null`: it names none. */
  readonly runId: string | null;
  /** What this run was woken with. */
  readonly wake: readonly string[];
  /** What Paperclip says of a run; `null` where it gives no clear answer. Never rejects. */
  readonly wordOf: (runId: string, signal: AbortSignal) => Promise<RunWord | null>;
}

/** Of which runs the Jobs are looked at: an agent's, in one task; an empty task is none. */
export interface OfTask {
  readonly agentId: string;
  readonly taskId: string;
}

/** A Job of an earlier run. */
export interface Found {
  readonly job: Job;
  /** Paperclip has its result: it is out of use. */
  readonly isTold: boolean;
}

/**
 * The Job to go on with, live or ended, whose result nobody has: that of the run that Paperclip names, unless that was cancelled.
 * Else the newest one of the task, where Paperclip has given its run up, and this wake brings nothing that it lacks.
 */
export async function findOrphan(
  jobs: readonly Job[],
  run: OfTask,
  { runId, wake, wordOf }: Wanted,
  signal: AbortSignal,
): Promise<Found | null> {
  const ours = jobs.filter((job) => isAdoptable(job, run.agentId));
  const named = runId === null ? undefined : ours.find((job) => isOfRun(job, run.agentId, runId));
  if (runId !== null && named) {
    const word = await wordOf(runId, signal);
    // 2026.824 replaces a run that somebody cancelled at once by one that names it (seen): that one's Job is about to be deleted.
    return word?.status === "cancelled" ? null : found(named, word);
  }
  const ofTask = ours.filter((job) => isOfTask(job, run) && isOfRun(job, run.agentId, makerOf(job)));
  const [newest] = ofTask.toSorted((one, other) => createdAt(other) - createdAt(one));
  if (!newest || !knewAll(newest.metadata?.annotations?.[WAKE], wake)) return null;
  const word = await wordOf(observerOf(newest), signal);
  return word !== null && LOST.includes(word.status) ? found(newest, word) : null;
}

function found(job: Job, word: RunWord | null): Found {
  return { job, isTold: endedJob(word?.result) === job.metadata?.uid };
}

/** Of Jobs that have ended: those of the task, whose result nobody wants any more once a run begins without them. */
export function leftovers(jobs: readonly Job[], run: OfTask, but: JobRef | null): readonly JobRef[] {
  const ofTask = jobs.filter((job) => isOfTask(job, run) && isAdoptable(job, run.agentId));
  return ofTask.map(refOf).filter(({ uid }) => uid !== but?.uid);
}

/**
 * Ours, in words that this version understands, and its result is still wanted. Not one that is being
 * deleted, nor one that was never resumed: that has no pod, and its Secrets may be missing.
 */
function isAdoptable({ metadata, spec }: Job, agentId: string): boolean {
  const { labels = {}, annotations = {}, deletionTimestamp } = metadata ?? {};
  const isOurs = labels["paperclip.io/agent-id"] === labelValue(agentId) && labels[PROTOCOL_LABEL] === String(PROTOCOL);
  return isOurs && deletionTimestamp === undefined && !spec?.suspend && !annotations[COLLECTED];
}

/** The run that made it, by its exact name, or that took it over. */
function isOfRun({ metadata }: Job, agentId: string, runId: string): boolean {
  const { name, labels, annotations } = metadata ?? {};
  const made = name === jobName({ agentId, runId }) && labels?.["paperclip.io/run-id"] === labelValue(runId);
  return made || annotations?.[ADOPTED_BY] === runId;
}

/** Jobs without a task belong together in nothing. */
function isOfTask({ metadata }: Job, { taskId }: OfTask): boolean {
  return taskId !== "" && metadata?.labels?.["paperclip.io/task-id"] === labelValue(taskId);
}

function makerOf({ metadata }: Job): string {
  return metadata?.labels?.["paperclip.io/run-id"] ?? "";
}

function observerOf(job: Job): string {
  return job.metadata?.annotations?.[ADOPTED_BY] ?? makerOf(job);
}

function createdAt({ metadata }: Job): number {
  return new Date(metadata?.creationTimestamp ?? 0).getTime();
}
