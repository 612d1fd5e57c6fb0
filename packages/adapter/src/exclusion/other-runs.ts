import { labelValue } from "@opencode-k8s/job-manifest";
import { abortable, type Job, type JobWatch, jobState, type Pod } from "@opencode-k8s/k8s-kit";

/** Whose runs are looked for: an agent's, or those of one of its tasks. */
export interface RunsOf {
  readonly agentId: string;
  /** Empty for runs without a task; `null` for all. */
  readonly taskId: string | null;
}

interface WaitOptions {
  /** Uid of the Job that is not in the way: the one that is adopted. */
  readonly but: string | null;
  readonly signal: AbortSignal;
  /** Names of the Jobs that are waited for, each time that they change. */
  readonly onWait: (names: readonly string[]) => void;
}

/**
 * Names of the Jobs that run the agent besides, whoever made them: the predecessor of this adapter, a hand, or a server whose
 * claim was taken from it. A Job is over when it can get no pod any more and its pods have ended: one that is being deleted
 * still runs while its pod does.
 */
function otherRuns({ jobs, pods }: JobWatch, runs: RunsOf, but: string | null): string[] {
  const live = pods.objects().filter((pod) => isMeant(pod, runs) && !hasEnded(pod));
  const coming = jobs.objects().filter((job) => isMeant(job, runs) && jobState(job).kind === "active");
  const owners = live.map((pod) => ownerOf(pod) ?? { uid: pod.metadata?.uid, name: pod.metadata?.name });
  const others = [...owners, ...coming.map(({ metadata }) => metadata)].filter((other) => other?.uid !== but);
  return [...new Set(others.map((other) => other?.name ?? ""))];
}

/**
 * Waits until none of them is left: by watches, without a request.
 * @throws the signal's reason
 */
export async function othersAreOver(
  watch: JobWatch,
  runs: RunsOf,
  { but, signal, onWait }: WaitOptions,
): Promise<void> {
  const over = new AbortController();
  const watching = AbortSignal.any([signal, over.signal]);
  let changed = Promise.withResolvers<void>();
  const follow = async (changes: AsyncIterable<unknown>): Promise<void> => {
    for await (const _ of changes) {
      changed.resolve();
      changed = Promise.withResolvers();
    }
  };
  // Neither rejects: a watch has its errors in its health.
  void follow(watch.jobs.changes((job) => isMeant(job, runs), watching));
  void follow(watch.pods.changes((pod) => isMeant(pod, runs), watching));
  try {
    let told = "";
    for (;;) {
      // Asked for before the look, so that no change between the two is missed.
      const next = changed.promise;
      const names = otherRuns(watch, runs, but);
      if (names.length === 0) return;
      if (names.join() !== told) onWait(names);
      told = names.join();
      await abortable(next, signal);
    }
  } finally {
    over.abort();
  }
}

function isMeant({ metadata }: Job | Pod, { agentId, taskId }: RunsOf): boolean {
  const labels = metadata?.labels ?? {};
  if (labels["paperclip.io/agent-id"] !== labelValue(agentId)) return false;
  return taskId === null || (labels["paperclip.io/task-id"] ?? "") === labelValue(taskId);
}

/** A pod of a lost node says nothing any more, and may run: it counts until it is deleted. */
export function hasEnded({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

function ownerOf({ metadata }: Pod): { uid?: string; name?: string } | undefined {
  return metadata?.ownerReferences?.find(({ kind }) => kind === "Job");
}
