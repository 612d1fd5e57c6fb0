import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { asString } from "@paperclipai/adapter-utils/server-utils";
import { buildRunObjects, chooseDatabase, type RunInput, type RunObjects } from "@opencode-k8s/job-manifest";
import { ConfigError, type RunConfig } from "../config/index.ts";
import { type ServerProcess, thisProcess } from "../server-process.ts";
import type { AgentFiles } from "./agent-files/index.ts";
import { type CarriedFiles, carriedFiles, type Skill } from "./carried-files.ts";
import { dindOf } from "./dind.ts";
import { inWordsOfTheConfiguration } from "./field-names.ts";
import { given } from "./given.ts";
import { openCodeConfig } from "./opencode-config/index.ts";
import { paperclipServers } from "./paperclip-servers.ts";
import { podOptions } from "./pod-options.ts";
import { runPrompt, type RunPrompt } from "./prompt.ts";
import { runEnvironment } from "./environment/index.ts";
import { chosenSession } from "./chosen-session.ts";
import { type RunPlace, runPlace } from "./storage.ts";
import { withoutEffect } from "./without-effect.ts";

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
  readonly prompt: RunPrompt;
  /** What of the agent's environment Paperclip may be told, once its secrets are out. */
  readonly env: Readonly<Record<string, string>>;
  /** What whoever reads the run should know of how it was planned. */
  readonly notes: readonly string[];
}

/** What is known of a run besides its configuration. */
export interface Known {
  /** Whether the agent has a claim of its own, `opencode-db-<agent>`: see `needsToKnowTheClaim`. */
  readonly hasClaim?: boolean;
  readonly files?: AgentFiles;
  readonly server?: ServerProcess;
}

const NO_FILES: AgentFiles = { skills: [], instructions: [], notes: [] };

/**
 * What will run: prompt, OpenCode's configuration, environment and session, as Kubernetes objects. Nothing is created.
 * @throws ConfigError, or ManifestError where a value does not fit into an object
 */
export function planRun(ctx: AdapterExecutionContext, config: RunConfig, known: Known = {}): RunPlan {
  return inWordsOfTheConfiguration(() => plan(ctx, config, known));
}

function plan(ctx: AdapterExecutionContext, config: RunConfig, known: Known): RunPlan {
  const { hasClaim = false, server = thisProcess, files = NO_FILES } = known;
  const taskId = asString(ctx.context.taskId, "") || asString(ctx.context.issueId, "");
  const place = runPlace(ctx, config);
  const { workingDir } = place.storage;
  const { database, note } = chosenDatabase(config, place, taskId, hasClaim);
  const session = chosenSession(ctx, config, database, workingDir);
  const { resumes } = session;
  const prompt = runPrompt(ctx, config, resumes !== null);
  const environment = runEnvironment(ctx, config, place.storage, server);
  const carried = carriedFiles([...files.skills, ...sharedSkills(place)], files.instructions);
  const apiUrl = environment.given.env["PAPERCLIP_API_URL"];
  const ofPaperclip = paperclipServers(ctx, apiUrl, Object.keys(config.mcpServers ?? {}), server);
  const mcpServers = { ...config.mcpServers, ...ofPaperclip.servers };
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
    prompt: prompt.text,
    files: carried.files,
    ...openCodeOptions({ ...config, mcpServers }, carried),
    ...environment.given,
    ...place.storage,
    timeoutSec: config.timeoutSec,
    graceSec: config.graceSec,
    ttlSecondsAfterFinished: config.ttlSecondsAfterFinished,
    ...(config.timeoutSec === 0 ? {} : { activeDeadlineSeconds: deadlineSeconds(config) }),
    database,
  };
  const notes = [
    ...withoutEffect(server),
    ...prompt.notes,
    ...place.notes,
    ...environment.notes,
    ...session.notes,
    ...files.notes,
    ...ofPaperclip.notes,
  ];
  if (note !== undefined) notes.push(note);
  return {
    objects: buildRunObjects(input),
    cwd: workingDir,
    keepsSession: database.mode !== "ephemeral",
    resumes,
    prompt: { ...prompt, metrics: { ...prompt.metrics, instructionsChars: charsOf(files) } },
    env: environment.given.env,
    notes,
  };
}

/** Where Paperclip's own adapters put skills on a server that is at home on the shared claim, and where people add theirs. */
function sharedSkills({ storage: { dataClaim } }: RunPlace): Skill[] {
  return dataClaim ? [{ kind: "mounted", folder: `${dataClaim.mountPath}/.claude/skills` }] : [];
}

function charsOf({ instructions }: AgentFiles): number {
  return instructions.reduce((sum, each) => sum + (each.kind === "carried" ? each.content.length : 0), 0);
}

function openCodeOptions(
  config: RunConfig,
  { instructions, skillFolders }: CarriedFiles,
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
      instructions,
      skillFolders,
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
  if (config.allowConcurrentTasks) return false;
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
  const { agentDbMode, agentDbStorageClass, allowConcurrentTasks } = config;
  if (allowConcurrentTasks && agentDbMode === "dedicated_pvc") throw oneDatabase(agentDbMode);
  return chooseDatabase({
    ...given({ mode: agentDbMode, storageClass: allowConcurrentTasks ? undefined : agentDbStorageClass }),
    capacity: config.agentDbStorageCapacity,
    existingClaim: existingClaim && !allowConcurrentTasks,
    sharedClaim: dataClaim !== undefined && dataClaim.readOnly !== true,
    taskId,
  });
}

/** An agent's own claim has one database for all of its tasks, and perhaps one node. */
function oneDatabase(got: string): ConfigError {
  const want = "with allowConcurrentTasks give workspace_subpath, or ephemeral, or nothing";
  return new ConfigError([{ key: "agentDbMode", got, want }]);
}
