import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { asString } from "@paperclipai/adapter-utils/server-utils";
import { buildRunObjects, type RunInput, type RunObjects } from "@opencode-k8s/job-manifest";
import type { RunConfig } from "../config/index.ts";
import { given } from "./given.ts";
import { openCodeConfig } from "./opencode-config/index.ts";
import { podOptions } from "./pod-options.ts";
import { runPrompt } from "./prompt.ts";
import { runEnv } from "./run-env.ts";
import { readSession } from "./session.ts";

/** Where the agent works: an emptyDir, until there is a shared volume. */
const WORKING_DIRECTORY = "/workspace";

/** Seconds that the net hangs below the program's own clock. */
const NET_SEC = 60;

/** A run, ready to be launched. */
export interface RunPlan {
  readonly objects: RunObjects;
  /** What is remembered of the run's session besides its id. */
  readonly cwd: string;
  /** The session that is gone on with; `null` for a new one. */
  readonly resumes: string | null;
  readonly prompt: string;
}

/**
 * What will run: prompt, OpenCode's configuration, environment and session, as Kubernetes objects. Nothing is created.
 * @throws ConfigError, or ManifestError where a value does not fit into an object
 */
export function planRun(ctx: AdapterExecutionContext, config: RunConfig): RunPlan {
  const resumes = resumableSession(ctx, config);
  const prompt = runPrompt(ctx, resumes !== null);
  const taskId = asString(ctx.context.taskId, "") || asString(ctx.context.issueId, "");
  const input: RunInput = {
    namespace: config.namespace,
    agentId: ctx.agent.id,
    agentName: ctx.agent.name,
    runId: ctx.runId,
    companyId: ctx.agent.companyId,
    ...(taskId === "" ? {} : { taskId }),
    ...(resumes === null ? {} : { sessionId: resumes }),
    ...podOptions(config),
    prompt,
    ...openCodeOptions(config),
    env: runEnv(ctx, config),
    workingDir: WORKING_DIRECTORY,
    timeoutSec: config.timeoutSec,
    graceSec: config.graceSec,
    ttlSecondsAfterFinished: config.ttlSecondsAfterFinished,
    ...(config.timeoutSec === 0 ? {} : { activeDeadlineSeconds: deadlineSeconds(config) }),
    database: database(config),
  };
  return { objects: buildRunObjects(input), cwd: WORKING_DIRECTORY, resumes, prompt };
}

function openCodeOptions(
  config: RunConfig,
): Pick<RunInput, "model" | "variant" | "openCodeConfig" | "extraArgs" | "maxOutputBytes"> {
  const { model, env, extraArgs, maxOutputBytes, dangerouslySkipPermissions, hideEnvironment } = config;
  const variant = config.variant ?? config.effort ?? config.thinkingEffort;
  return {
    model,
    ...given({ variant, maxOutputBytes }),
    openCodeConfig: openCodeConfig({ model, env, dangerouslySkipPermissions, hideEnvironment }),
    extraArgs,
  };
}

/** The net below the program's own clock: it counts from the creation of the Job, and takes the log with it. */
function deadlineSeconds(config: RunConfig): number {
  const start = config.scheduleTimeoutSec + config.imagePullTimeoutSec + config.startTimeoutSec;
  return start + config.timeoutSec + config.graceSec + NET_SEC;
}

function database(config: RunConfig): RunInput["database"] {
  if (config.agentDbMode === "ephemeral") return { mode: "ephemeral" };
  const storageClass = config.agentDbStorageClass;
  return {
    mode: "dedicated_pvc",
    capacity: config.agentDbStorageCapacity,
    ...(storageClass === undefined ? {} : { storageClass }),
  };
}

/** A session lives in the agent's database: without one that outlives the pod there is nothing to resume. */
function resumableSession(ctx: AdapterExecutionContext, config: RunConfig): string | null {
  const session = readSession(ctx.runtime.sessionParams);
  if (!session || config.agentDbMode === "ephemeral") return null;
  return session.cwd === null || session.cwd === WORKING_DIRECTORY ? session.sessionId : null;
}
