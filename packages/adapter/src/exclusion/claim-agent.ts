import { labelValue, leaseName } from "@opencode-k8s/job-manifest";
import {
  acquireClaim,
  type Claim,
  ClaimHeldError,
  type Cluster,
  deadline,
  DeadlineError,
  deleteJob,
  type Holding,
  isForbidden,
  isUnauthorized,
  type JobRef,
  jobState,
  type JobWatch,
  refOf,
} from "@opencode-k8s/k8s-kit";
import { AgentBusyError, GuardError } from "./exclusion-error.ts";
import { isMissingNamespace, missingNamespace } from "./missing-namespace.ts";
import { markJob } from "./mark-job.ts";
import { ADOPTED_BY, COLLECTED, findOrphan, leftovers, type Wanted } from "./orphan.ts";
import { othersAreOver, type RunsOf } from "./other-runs.ts";

/** Who wants to run the agent. */
export interface Claimant {
  readonly namespace: string;
  readonly agentId: string;
  readonly runId: string;
  /** Empty for a run without a task. */
  readonly taskId: string;
  /** Runs of other tasks may run beside this one; those without a task are each other's, as of one task. */
  readonly tasksAtOnce: boolean;
  /** The Job to go on with, if it is still there; `null`: none. */
  readonly wanted: Wanted | null;
}

const CLAIM_RIGHTS = "list, watch, get, create and update of leases (coordination.k8s.io)";

interface ClaimOptions {
  readonly signal: AbortSignal;
  /** How long to wait for others, milliseconds. */
  readonly waitMs: number;
  /** What is waited for, in words, each time that it changes. */
  readonly onWait: (message: string) => void;
}

/** The agent is this run's. */
export interface AgentClaim {
  readonly claim: Claim;
  /** The Job of the lost run, to be observed on; `null`: a Job has to be made. */
  readonly orphan: JobRef | null;
}

/**
 * Makes sure that nobody else runs the agent: takes its claim, and waits for what runs it without one. The Job of a lost run is
 * taken over with the claim instead of waited for. Dispose the claim, or release it.
 * @throws AgentBusyError after `waitMs`; ConfigError for a namespace that does not exist; GuardError where a right is missing;
 *   ForeignLeaseError; KubernetesError; the signal's reason
 */
export async function claimAgent(
  cluster: Cluster,
  watch: JobWatch,
  claimant: Claimant,
  { signal, waitMs, onWait }: ClaimOptions,
): Promise<AgentClaim> {
  const { namespace, agentId, runId, wanted } = claimant;
  const taskId = claimant.tasksAtOnce ? claimant.taskId : null;
  const rule = `one run of the ${claimant.tasksAtOnce ? "task" : "agent"} at a time`;
  const began = cluster.clock.monotonic();
  using limit = deadline(cluster.clock, waitMs, "waiting for the agent", signal);
  const found = wanted && (await findOrphan(watch.jobs.objects(), claimant, wanted, limit.signal));
  // Paperclip may retry a run before its Job is deleted (seen on 2026.916), or whoever was to do that is gone.
  if (found?.isTold && jobState(found.job).kind === "active") await deleteJob(cluster, refOf(found.job), limit.signal);
  const orphan = found && !found.isTold ? refOf(found.job) : null;
  const request = { namespace, name: leaseName(agentId, taskId), holder: `run ${runId}`, labels: leaseLabels(agentId) };
  const claim = await acquireClaim(cluster, request, {
    signal,
    waitMs,
    onWait: (holding) => onWait(`Waiting for ${holderOf(holding)}: ${rule}`),
    ...(orphan && { adopt: orphan }),
  }).catch((error: unknown) => {
    if (error instanceof ClaimHeldError) throw new AgentBusyError(holderOf(error.holding), waitMs);
    if (isMissingNamespace(error)) throw missingNamespace(namespace);
    if (isForbidden(error) || isUnauthorized(error)) throw new GuardError(error, CLAIM_RIGHTS);
    throw error;
  });
  let names: readonly string[] = [];
  try {
    if (orphan) await markJob(cluster, orphan, { [ADOPTED_BY]: runId }, limit.signal);
    const runs: RunsOf = { agentId, taskId };
    const but = orphan?.uid ?? null;
    await othersAreOver(watch, runs, {
      but,
      signal: limit.signal,
      onWait: (jobs) => {
        names = jobs;
        onWait(`Waiting for ${jobsOf(jobs)}: ${rule}`);
      },
    });
    // A later run would take one of them for the newest, and its old result for its own.
    for (const job of leftovers(watch.jobs.objects(), claimant, orphan))
      await markJob(cluster, job, { [COLLECTED]: "superseded" }, limit.signal);
    return { claim, orphan };
  } catch (error) {
    if (claim.job) claim[Symbol.dispose](); // Held by what it names.
    else await leaveClaim(cluster, claim);
    if (error instanceof DeadlineError && names.length > 0)
      throw new AgentBusyError(jobsOf(names), cluster.clock.monotonic() - began);
    throw error;
  }
}

/** A claim that was taken in vain is released within this time, milliseconds, or found out by the next one. */
const LEAVE_MS = 5_000;

/** Lets the next one have a claim under which nothing runs. Does what it can. */
export async function leaveClaim(cluster: Cluster, claim: Claim): Promise<void> {
  using limit = deadline(cluster.clock, LEAVE_MS, "releasing the claim");
  await claim.release(limit.signal).catch(() => undefined);
}

function leaseLabels(agentId: string): Record<string, string> {
  return { "app.kubernetes.io/managed-by": "paperclip", "paperclip.io/agent-id": labelValue(agentId) };
}

function holderOf({ holder, job }: Holding): string {
  const who = holder ?? "a run that has ended";
  return job === null ? who : `${who} (Job ${job.name})`;
}

function jobsOf(names: readonly string[]): string {
  return `${names.length === 1 ? "Job" : "Jobs"} ${names.join(", ")}`;
}
