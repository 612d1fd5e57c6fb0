import type { AdapterExecutionContext, AdapterExecutionResult } from "@paperclipai/adapter-utils";
import { AGENT_JOB_SELECTOR } from "@opencode-k8s/job-manifest";
import { type Cluster, deadline, deleteJob, type StartWindows, watchJobs } from "@opencode-k8s/k8s-kit";
import { clusterOf } from "./clusters.ts";
import { conclude, concludeError } from "./conclude/index.ts";
import type { RunConfig } from "./config/index.ts";
import { hasDatabaseClaim } from "./database-claim.ts";
import { type LaunchedJob, launch } from "./launch.ts";
import { Cleaner, secretsOfRun } from "./log/index.ts";
import { Delivery, observe, type Outcome } from "./observe/index.ts";
import { completeConfig, readOwnPod, withInheritedValues } from "./paperclip-pod/index.ts";
import { planRun } from "./plan/index.ts";
import { narratorOf, tellMeta } from "./report.ts";
import { type ServerProcess, thisProcess } from "./server-process.ts";

/** Before there is a Job, the cluster has this long, milliseconds: a configuration that leads nowhere is told soon. */
const BEFORE_MS = 10_000;

/** Where the clusters of runs come from; tests and the demo hand over their own. */
export type ClusterSource = (kubeconfig: string | undefined) => Cluster;

/** One heartbeat of an agent: one Job in the cluster, from the configuration to the result. Never throws. */
export async function execute(
  ctx: AdapterExecutionContext,
  clusterFor: ClusterSource = clusterOf,
  server: ServerProcess = thisProcess,
): Promise<AdapterExecutionResult> {
  let cleaner = new Cleaner([]);
  try {
    await ctx.onCancellationReady?.();
    ctx.signal?.throwIfAborted();
    cleaner = new Cleaner(secretsOfRun(ctx));
    const own = await readOwnPod(ctx.config, server, () => clusterFor(undefined), ctx.signal);
    const { config, notes: inherited } = completeConfig(ctx.config, ctx.agent.companyId, own, server);
    cleaner = new Cleaner(secretsOfRun(ctx, withInheritedValues(config, server)));
    const cluster = clusterFor(config.kubeconfig);
    using watch = watchJobs(cluster, config.namespace, { labelSelector: AGENT_JOB_SELECTOR });
    using before = deadline(cluster.clock, BEFORE_MS, `reaching the API server ${cluster.server}`, ctx.signal);
    await watch.synced(before.signal);
    const hasClaim = await hasDatabaseClaim(cluster, config, ctx.agent.id, before.signal);
    const plan = planRun(ctx, config, hasClaim, server);
    await tellMeta(ctx, plan, cleaner);
    ctx.onDispatch?.();
    const delivery = new Delivery(ctx.onLog, cleaner);
    const notes = [...inherited, ...plan.notes];
    const signals = { before: before.signal, cancel: ctx.signal };
    const launched = await launch(cluster, plan.objects, signals, (note) => notes.push(note));
    const outcome = await observe(cluster, launched, delivery, {
      watch,
      windows: startWindows(config),
      cancel: ctx.signal,
      narrator: narratorOf(ctx, cleaner, delivery, notes),
    });
    collect(cluster, launched, outcome, config);
    return conclude(outcome, { config, plan, launched, delivery, cleaner, now: cluster.clock.now() });
  } catch (error) {
    return concludeError(error, { cancel: ctx.signal, cleaner, now: Date.now() });
  }
}

function startWindows(config: RunConfig): StartWindows {
  return {
    scheduleMs: config.scheduleTimeoutSec * 1000,
    imagePullMs: config.imagePullTimeoutSec * 1000,
    startMs: config.startTimeoutSec * 1000,
  };
}

/** Deletions go on this long in the background, milliseconds; the Job's TTL takes what is left then. */
const COLLECT_MS = 60_000;

/** Removes the Job, and with it its pod and Secret. Asked for before the result, not waited for. */
function collect(cluster: Cluster, launched: LaunchedJob, { stop }: Outcome, config: RunConfig): void {
  if (config.retainJobs || stop !== null) return; // A cancel deleted it; otherwise it is left for another observer.
  const limit = deadline(cluster.clock, COLLECT_MS, "deleting the Job");
  void deleteJob(cluster, launched, limit.signal)
    .catch(() => undefined)
    .finally(() => limit[Symbol.dispose]());
}
