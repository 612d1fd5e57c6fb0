import type { AdapterExecutionContext, AdapterExecutionResult } from "@paperclipai/adapter-utils";
import { AGENT_JOB_SELECTOR } from "@opencode-k8s/job-manifest";
import { deadline, type StartWindows, watchJobs } from "@opencode-k8s/k8s-kit";
import { BEFORE_MS } from "./bounds.ts";
import { clusterOf, type ClusterSource } from "./clusters.ts";
import { collect } from "./collect.ts";
import { conclude, concludeError } from "./conclude/index.ts";
import type { RunConfig } from "./config/index.ts";
import { hasDatabaseClaim } from "./database/index.ts";
import { claimAgent, claimantOf, seeRuns, waitMs, wakeOf } from "./exclusion/index.ts";
import { adopted, launch } from "./launch.ts";
import { Cleaner, secretsOfRun } from "./log/index.ts";
import { Delivery, observe, whileWaiting } from "./observe/index.ts";
import { outputCopies } from "./output-copy/index.ts";
import { apiProblem, standingOf, stopSignal } from "./paperclip/index.ts";
import { completeConfig, ownMount, readOwnPod, withInheritedValues } from "./paperclip-pod/index.ts";
import { planRun, readAgentFiles } from "./plan/index.ts";
import { harmless, narratorOf, tellMeta } from "./report.ts";
import { type ServerProcess, thisProcess } from "./server-process.ts";
import { RunTrace } from "./telemetry/index.ts";

/** One heartbeat of an agent: one Job in the cluster, from the configuration to the result. Never throws. */
export async function execute(
  ctx: AdapterExecutionContext,
  clusterFor: ClusterSource = clusterOf,
  server: ServerProcess = thisProcess,
): Promise<AdapterExecutionResult> {
  const trace = new RunTrace(ctx);
  let cleaner = new Cleaner([]);
  using stop = stopSignal(ctx, { server });
  try {
    await ctx.onCancellationReady?.();
    stop.signal.throwIfAborted();
    cleaner = new Cleaner(secretsOfRun(ctx));
    const own = await readOwnPod(ctx.config, server, () => clusterFor({}), stop.signal);
    const { config, notes } = completeConfig(ctx.config, ctx.agent.companyId, own, server);
    cleaner = new Cleaner(secretsOfRun(ctx, withInheritedValues(config, server)));
    trace.planned(config);
    const files = await readAgentFiles(ctx, config, stop.signal);
    const cluster = clusterFor(config);
    using watch = watchJobs(cluster, config.namespace, { labelSelector: AGENT_JOB_SELECTOR });
    using before = deadline(cluster.clock, BEFORE_MS, `reaching the API server ${cluster.server}`, stop.signal);
    await seeRuns(watch, before.signal);
    const hasClaim = await hasDatabaseClaim(cluster, config, ctx.agent.id, before.signal);
    const plan = planRun(ctx, config, { hasClaim, files, server });
    await tellMeta(ctx, plan, cleaner);
    const delivery = new Delivery(ctx.onLog, cleaner);
    const narrator = narratorOf(ctx, cleaner, delivery);
    [...notes, ...plan.notes].forEach(narrator.note);
    const apiChecked = apiProblem(ctx, plan.env["PAPERCLIP_API_URL"], server, stop.signal);
    void apiChecked.then((problem) => problem !== null && narrator.note(problem));
    trace.enter("claim");
    const { claim, orphan } = await whileWaiting(cluster.clock, narrator, (onWait) =>
      claimAgent(cluster, watch, claimantOf(ctx, config, server), {
        signal: stop.signal,
        waitMs: waitMs(config),
        onWait,
      }),
    );
    using _ = claim;
    await harmless(() => ctx.onDispatch?.());
    trace.enter("launch");
    const outageMs = config.apiOutageSec * 1000;
    const launched = orphan
      ? adopted(orphan)
      : await launch(cluster, plan.objects, {
          claim,
          wake: wakeOf(ctx),
          outageMs,
          signal: stop.signal,
          note: narrator.note,
        });
    const copies = outputCopies(ownMount(own, config), server, cluster.clock);
    const outcome = await observe(cluster, launched, delivery, {
      watch,
      windows: startWindows(config),
      limits: config,
      outageMs,
      stop: AbortSignal.any([stop.signal, claim.lost]),
      narrator,
      copies,
      trace,
    });
    collect(cluster, {
      launched,
      claim,
      outcome,
      copies,
      trace,
      retain: config.retainJobs,
      standing: outcome.stop === null ? await standingOf(ctx, server) : "open",
    });
    const run = { attempt: ctx, config, plan, launched, delivery, cleaner, now: cluster.clock.now() };
    return trace.concluded(conclude(outcome, run), outcome.report);
  } catch (error) {
    return trace.concluded(concludeError(error, { attempt: ctx, cancel: stop.signal, cleaner, now: Date.now() }));
  }
}

function startWindows(config: RunConfig): StartWindows {
  return {
    scheduleMs: config.scheduleTimeoutSec * 1000,
    imagePullMs: config.imagePullTimeoutSec * 1000,
    startMs: config.startTimeoutSec * 1000,
  };
}
