import { labelValue } from "@opencode-k8s/job-manifest";
import type { Cluster, Job } from "@opencode-k8s/k8s-kit";
import { UsageError } from "../problem.ts";
import { callNames, createdAt, runIdOf, runJobs, stateWord } from "./run-jobs.ts";
import { inWords } from "../output/span.ts";

/** Where a run is looked for. */
export interface Where {
  readonly cluster: Cluster;
  readonly namespace: string;
}

/** So many of the runs that there are instead are told. */
const TOLD = 5;

/** No Job in the namespace is of that run. */
export class NoSuchRunError extends UsageError {}

/**
 * The Job of a run: by the run's id, by that of the run that went on with it, by its own name, or by the beginning of one of them
 * that no other has.
 * @throws NoSuchRunError, UsageError for more than one, each naming those that there are; MissingRightError; KubernetesError;
 *   the signal's reason
 */
export async function findRun({ cluster, namespace }: Where, text: string, signal: AbortSignal): Promise<Job> {
  if (text === "") throw new UsageError("give a run: its id, the beginning of it, or the name of its Job");
  const jobs = await runJobs(cluster, namespace, signal);
  const exact = jobs.filter((job) => callNames(job).some((name) => name === text || name === labelValue(text)));
  const found = exact.length > 0 ? exact : jobs.filter((job) => callNames(job).some((name) => name.startsWith(text)));
  const [only] = found;
  if (only && found.length === 1) return only;
  const now = cluster.clock.now();
  const shown = JSON.stringify(text);
  if (only) throw new UsageError(`${shown} may be any of these; give more of it:\n${listOf(newest(found), now)}`);
  const there = jobs.length === 0 ? "There is none of any run." : `There are:\n${listOf(nearest(jobs, text), now)}`;
  throw new NoSuchRunError(
    `No Job in namespace ${namespace} is of a run ${shown}: a Job is deleted when its result was handed over, unless ` +
      `retainJobs keeps it. Paperclip's page of the run has its log and its result. Of another namespace: --namespace. ${there}`,
  );
}

function listOf(jobs: readonly Job[], now: number): string {
  const line = (job: Job): string =>
    `  ${runIdOf(job)}  ${stateWord(job)}, created ${inWords(now - createdAt(job))} ago, Job ${job.metadata?.name ?? ""}`;
  const more = jobs.length - TOLD;
  return [...jobs.slice(0, TOLD).map(line), ...(more > 0 ? [`  and ${more} more`] : [])].join("\n");
}

function newest(jobs: readonly Job[]): readonly Job[] {
  return jobs.toSorted((one, other) => createdAt(other) - createdAt(one));
}

/** Those that begin most alike first, then the newest. */
function nearest(jobs: readonly Job[], text: string): readonly Job[] {
  const likeness = (job: Job): number => Math.max(0, ...callNames(job).map((name) => commonStart(name, text)));
  return newest(jobs).toSorted((one, other) => likeness(other) - likeness(one));
}

function commonStart(one: string, other: string): number {
  const differs = [...one].findIndex((character, at) => character !== other[at]);
  return differs === -1 ? one.length : differs;
}
