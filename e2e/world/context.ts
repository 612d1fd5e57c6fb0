import type { ExecutionContext, Heartbeat } from "./heartbeat.ts";

/** The agent of all scenarios. */
const AGENT = { id: "578a7b17-751f-47cf-b587-fd5f6e6c3004", companyId: "21af2fa8-35b8-44e8-b97c-fb07edebb4af" };

/** A folder of the Paperclip server, which it names in `config.env`; no pod has it. */
const SCRATCH = "/tmp/paperclip-run-rea-1-86e1d378-787-Mtstag";

export interface ContextOptions {
  /** What Paperclip resolved of the agent's configuration. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What the user asks for; its first line begins the prompt. */
  readonly task: string;
  /** The run's token for Paperclip's API. */
  readonly authToken: string;
  /** From the result of an earlier heartbeat of this task. */
  readonly sessionParams?: Record<string, unknown> | null;
  /** The run that Paperclip lost, and that this one replaces. */
  readonly retryOfRunId?: string;
  /** Of Paperclip's issue. */
  readonly taskId?: string;
}

/** The context of a heartbeat as Paperclip 2026.916 hands it over, less what is the same for every adapter. */
export function executionContext(
  run: Pick<Heartbeat, "runId" | "signal" | "onLog">,
  options: ContextOptions,
): ExecutionContext {
  const { sessionParams = null, config } = options;
  const sessionId = typeof sessionParams?.sessionId === "string" ? sessionParams.sessionId : null;
  const issueId = options.taskId ?? "d5273a0c-2791-48fe-b6d2-57cff9ec45a4";
  return {
    runId: run.runId,
    signal: run.signal,
    onCancellationReady: () => Promise.resolve(),
    agent: { ...AGENT, name: "Runner", adapterType: "opencode_k8s", adapterConfig: {} },
    runtime: { sessionId, sessionParams, sessionDisplayId: sessionId, taskKey: issueId },
    config: { ...config, env: { ...hostVariables(), ...(config.env as Record<string, string> | undefined) } },
    context: {
      source: "issue.create",
      taskId: issueId,
      issueId,
      taskKey: issueId,
      wakeReason: "issue_assigned",
      wakeSource: "assignment",
      wakeTriggerDetail: "system",
      paperclipIssue: { id: issueId, identifier: "REA-1", title: "A heartbeat", description: options.task },
      paperclipTaskMarkdown: options.task,
      ...(options.retryOfRunId === undefined ? {} : { retryOfRunId: options.retryOfRunId }),
      paperclipScratch: { type: "heartbeat_run", dir: SCRATCH, tempKeysApplied: ["TMPDIR", "TEMP", "TMP"] },
    },
    executionTarget: { kind: "local" },
    onLog: run.onLog,
    onMeta: () => Promise.resolve(),
    onEvent: () => Promise.resolve(),
    authToken: options.authToken,
  };
}

/** What Paperclip adds to every agent's environment, for adapters that run beside it. */
function hostVariables(): Record<string, string> {
  const names = [
    "PAPERCLIP_RUN_SCRATCH_DIR",
    "PAPERCLIP_TASK_SCRATCH_DIR",
    "PAPERCLIP_SCRATCH_DIR",
    "PAPERCLIP_TMPDIR",
  ];
  return Object.fromEntries([...names, "TMPDIR", "TEMP", "TMP"].map((name) => [name, SCRATCH]));
}
