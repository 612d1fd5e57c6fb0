import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { asString } from "@paperclipai/adapter-utils/server-utils";
import { buildRunObjects, chooseDatabase, type RunInput, type RunObjects } from "@opencode-k8s/job-manifest";
import type { RunConfig } from "../config/index.ts";
import { type ServerProcess, thisProcess } from "../server-process.ts";
import { dindOf } from "./dind.ts";
import { inWordsOfTheConfiguration } from "./field-names.ts";
import { given } from "./given.ts";
import { openCodeConfig } from "./opencode-config/index.ts";
import { podOptions } from "./pod-options.ts";
import { runPrompt } from "./prompt.ts";
import { runEnvironment } from "./environment/index.ts";
import { readSession } from "./session.ts";
import { type RunPlace, runPlace } from "./storage.ts";

/** Seconds that the net hangs below the program's own clock. */
const NET_SEC = 60;

/** A run, ready to be launched. */
export interface RunPlan {
  readonly objects: RunObjects;
  /** What is remembered of the run's session besides its id. */
  readonly cwd: string;
  /** The agent's database outlives the pod, and with it the session. */
  readonly keepsSession: boolean;
  /** The session that is gone on with; `null` for a new one. */
  readonly resumes: string | null;
  readonly prompt: string;
  /** What whoever reads the run should know of how it was planned. */
  readonly notes: readonly string[];
}

/**
 * What will run: prompt, OpenCode's configuration, environment and session, as Kubernetes objects. Nothing is created.
 * @param hasClaim whether the agent has a claim of its own, `opencode-db-<agent>`: see `needsToKnowTheClaim`
 * @throws ConfigError, or ManifestError where a value does not fit into an object
 */
export function planRun(
  ctx: AdapterExecutionContext,
  config: RunConfig,
  hasClaim = false,
  server: ServerProcess = thisProcess,
): RunPlan {
  return inWordsOfTheConfiguration(() => plan(ctx, config, hasClaim, server));
}

function plan(ctx: AdapterExecutionContext, config: RunConfig, hasClaim: boolean, server: ServerProcess): RunPlan {
  const taskId = asString(ctx.context.taskId, "") || asString(ctx.context.issueId, "");
  const place = runPlace(ctx, config);
  const { workingDir } = place.storage;
  const { database, note } = chosenDatabase(config, place, taskId, hasClaim);
  const resumes = resumableSession(ctx, database, workingDir);
  const prompt = runPrompt(ctx, resumes !== null);
  const environment = runEnvironment(ctx, config, place.storage, server);
  const input: RunInput = {
    namespace: config.namespace,
    agentId: ctx.agent.id,
    agentName: ctx.agent.name,
    runId: ctx.runId,
    companyId: ctx.agent.companyId,
    ...(taskId === "" ? {} : { taskId }),
    ...(resumes === null ? {} : { sessionId: resumes }),
    ...podOptions(config),
    ...given({ networkPolicy: config.networkPolicy, dind: dindOf(config) }),
    prompt,
    ...openCodeOptions(config),
    ...environment.given,
    ...place.storage,
    timeoutSec: config.timeoutSec,
    graceSec: config.graceSec,
    ttlSecondsAfterFinished: config.ttlSecondsAfterFinished,
    ...(config.timeoutSec === 0 ? {} : { activeDeadlineSeconds: deadlineSeconds(config) }),
    database,
  };
  const notes = [...place.notes, ...environment.notes, ...(note === undefined ? [] : [note])];
  return {
    objects: buildRunObjects(input),
    cwd: workingDir,
    keepsSession: database.mode !== "ephemeral",
    resumes,
    prompt,
    notes,
  };
}

function openCodeOptions(
  config: RunConfig,
): Pick<RunInput, "model" | "variant" | "openCodeConfig" | "extraArgs" | "maxOutputBytes"> {
  const { model, env, extraArgs, maxOutputBytes, dangerouslySkipPermissions, hideEnvironment, mcpServers } = config;
  const variant = config.variant ?? config.effort ?? config.thinkingEffort;
  return {
    model,
    ...given({ variant, maxOutputBytes }),
    openCodeConfig: openCodeConfig({
      model,
      env,
      dangerouslySkipPermissions,
      hideEnvironment,
      ...given({ mcpServers }),
    }),
    extraArgs,
  };
}

/** The net below the program's own clock: it counts from the creation of the Job, and takes the log with it. */
function deadlineSeconds(config: RunConfig): number {
  const start = config.scheduleTimeoutSec + config.imagePullTimeoutSec + config.startTimeoutSec;
  return start + config.timeoutSec + config.graceSec + NET_SEC;
}

/** Whether the database of a run depends on whether the agent has a claim already. */
export function needsToKnowTheClaim({ agentDbMode, agentDbStorageClass, ...config }: RunConfig): boolean {
  if (agentDbMode === "dedicated_pvc") return agentDbStorageClass === undefined;
  return (
    agentDbMode === undefined && (agentDbStorageClass === undefined || config["dataClaim.claimName"] !== undefined)
  );
}

function chosenDatabase(
  config: RunConfig,
  { storage: { dataClaim } }: RunPlace,
  taskId: string,
  existingClaim: boolean,
): ReturnType<typeof chooseDatabase> {
  return chooseDatabase({
    ...given({ mode: config.agentDbMode, storageClass: config.agentDbStorageClass }),
    capacity: config.agentDbStorageCapacity,
    existingClaim,
    sharedClaim: dataClaim !== undefined && dataClaim.readOnly !== true,
    taskId,
  });
}

/** A session lives in the agent's database: without one that outlives the pod there is nothing to resume. */
function resumableSession(
  ctx: AdapterExecutionContext,
  database: RunInput["database"],
  workingDir: string,
): string | null {
  const session = readSession(ctx.runtime.sessionParams);
  if (!session || database.mode === "ephemeral") return null;
  return session.cwd === null || session.cwd === workingDir ? session.sessionId : null;
}
