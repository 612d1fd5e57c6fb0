import { timestamp } from "../time.ts";
import type { Job } from "../wire.ts";
import { hasCondition, type PodCount } from "./job-status.ts";

/** Writes that the Job waits: it has no pods, and those it had end without being counted. `false`: it said so already. */
export function writeSuspended(job: Job, { terminating }: PodCount, nowMs: number): boolean {
  const isNew = !hasCondition(job, "Suspended");
  const { active: _, ...rest } = job.status;
  job.status = { ...rest, ready: 0, terminating: terminating.length, uncountedTerminatedPods: {} };
  if (isNew) writeCondition(job, "True", "JobSuspended", "Job suspended", nowMs);
  return isNew;
}

/** Writes that the Job goes on: its time starts anew. `false`: it was not suspended. */
export function writeResumed(job: Job, nowMs: number): boolean {
  if (!hasCondition(job, "Suspended")) return false;
  writeCondition(job, "False", "JobResumed", "Job resumed", nowMs);
  job.status.startTime = timestamp(nowMs);
  return true;
}

function writeCondition(job: Job, status: string, reason: string, message: string, nowMs: number): void {
  const now = timestamp(nowMs);
  const others = (job.status.conditions ?? []).filter(({ type }) => type !== "Suspended");
  const condition = { type: "Suspended", status, lastProbeTime: now, lastTransitionTime: now, reason, message };
  job.status.conditions = [...others, condition];
}
