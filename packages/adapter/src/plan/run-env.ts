import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import {
  asString,
  buildPaperclipEnv,
  isPaperclipRuntimeEnvKey,
  parseObject,
} from "@paperclipai/adapter-utils/server-utils";
import type { RunConfig } from "../config/index.ts";
import { CONFIG_VARIABLES } from "./opencode-config/index.ts";

/**
 * Folders of the Paperclip server, which it puts into `config.env` for adapters that run beside it (2026.824 and later).
 * They do not exist in a pod: OpenCode would fail at its first temporary file.
 */
const HOST_SCRATCH = [
  "PAPERCLIP_RUN_SCRATCH_DIR",
  "PAPERCLIP_TASK_SCRATCH_DIR",
  "PAPERCLIP_SCRATCH_DIR",
  "PAPERCLIP_TMPDIR",
];
const HOST_TEMP = ["TMPDIR", "TEMP", "TMP"];

/** What 2026.916 puts there of the server's own network and git set-up (facts of Paperclip 2026.916, 6). */
const HOST_SETUP = /^(GH_CONFIG_DIR|PAPERCLIP_(RUNNER_NETWORK|GITHUB|GIT)_.*)$/;

/** Its credentials and git identity, which it copies there, too: they are the server's where they equal its environment. */
const HOST_IDENTITY = /^(GH_TOKEN|GITHUB_TOKEN|GIT_.*)$/;

/** Environment of the agent: what the operator configured, and under which run, task and identity of Paperclip it works. */
export function runEnv(ctx: AdapterExecutionContext, config: RunConfig): Record<string, string> {
  const configured = parseObject(parseObject(ctx.agent.adapterConfig).env);
  const scratch = asString(parseObject(ctx.context.paperclipScratch).dir, "");
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(config.env)) {
    const fromHost =
      HOST_SCRATCH.includes(name) ||
      (HOST_TEMP.includes(name) && scratch !== "" && value.startsWith(scratch)) ||
      (!Object.hasOwn(configured, name) &&
        (HOST_SETUP.test(name) || (HOST_IDENTITY.test(name) && process.env[name] === value)));
    if (!fromHost && !CONFIG_VARIABLES.includes(name)) env[name] = value;
  }
  for (const [name, value] of Object.entries(paperclipEnv(ctx))) {
    // The operator may say where pods reach the API; who the agent is, only Paperclip says.
    if (name === "PAPERCLIP_API_URL" && env[name]) continue;
    env[name] = value;
  }
  return env;
}

function paperclipEnv({ agent, runId, context, authToken }: AdapterExecutionContext): Record<string, string> {
  const taskId = asString(context.taskId, "") || asString(context.issueId, "");
  const known: Record<string, string> = {
    ...buildPaperclipEnv(agent),
    PAPERCLIP_RUN_ID: runId,
    PAPERCLIP_TASK_ID: taskId,
    PAPERCLIP_WAKE_REASON: asString(context.wakeReason, ""),
    PAPERCLIP_WAKE_COMMENT_ID: asString(context.wakeCommentId, ""),
    PAPERCLIP_API_KEY: authToken ?? "",
  };
  return Object.fromEntries(
    Object.entries(known).filter(([name, value]) => isPaperclipRuntimeEnvKey(name) && value !== ""),
  );
}
