/** An answer of the API: the fields that the suite reads are typed, the rest is there too. */
export type Json = Readonly<Record<string, unknown>>;

export interface Health extends Json {
  /** "starting" until the start-up recovery is done, then "ok". */
  readonly status: string;
  readonly version: string;
}

/** The skills of an agent, as its adapter shows them. */
export interface AgentSkills extends Json {
  readonly mode: string;
  readonly entries: readonly { readonly key: string; readonly state: string; readonly detail?: string | null }[];
  readonly warnings: readonly string[];
}

export interface EnvironmentTest extends Json {
  readonly status: "pass" | "warn" | "fail";
  readonly checks: readonly (Json & { readonly code: string; readonly level: string; readonly message: string })[];
}

export interface InstalledAdapter extends Json {
  readonly type: string;
  readonly packageName: string;
  readonly version: string;
  readonly requiresRestart: boolean;
}

export interface ListedAdapter extends Json {
  readonly type: string;
  readonly source: "builtin" | "external";
  readonly disabled: boolean;
  readonly version?: string;
}

export interface Company extends Json {
  readonly id: string;
}

export interface Agent extends Json {
  readonly id: string;
  readonly companyId: string;
  readonly status: string;
}

export interface Issue extends Json {
  readonly id: string;
  readonly companyId: string;
  readonly identifier: string;
  readonly status: string;
  /** Why Paperclip starts no run for this issue, when it holds it. */
  readonly executionBlocker?: Json | null;
}

export interface Comment extends Json {
  readonly id: string;
  readonly body: string;
  readonly authorAgentId: string | null;
}

/** `scheduled_retry` and the first two are still ahead of their end. */
export type RunStatus =
  | "queued"
  | "scheduled_retry"
  | "running"
  | "succeeded"
  | "interrupted"
  | "failed"
  | "cancelled"
  | "timed_out";

/** A row of `heartbeat_runs`. In lists `resultJson` is cut down; `getRun` has all of it. */
export interface Run extends Json {
  readonly id: string;
  readonly agentId: string;
  readonly status: RunStatus;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly error: string | null;
  readonly errorCode: string | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly usageJson: Json | null;
  readonly resultJson: Json | null;
  readonly sessionIdBefore: string | null;
  readonly sessionIdAfter: string | null;
  readonly contextSnapshot: Json | null;
  readonly retryOfRunId: string | null;
  /** What the adapter last said that it does; forgotten after a while, and absent from lists. */
  readonly currentStatusMessage?: string | null;
  /** The server's process that runs it. */
  readonly controllerBootId?: string | null;
  /** Where the log is kept; `null` before there is one. */
  readonly logRef: string | null;
}

export interface RunEvent extends Json {
  readonly seq: number;
  readonly eventType: string;
  readonly message: string | null;
  readonly payload: Json | null;
}

export interface NewAgent {
  readonly name: string;
  readonly adapterType: string;
  readonly adapterConfig: Json;
  readonly runtimeConfig?: Json;
}

export interface NewIssue {
  readonly title: string;
  readonly description?: string;
  readonly assigneeAgentId: string;
}

export interface NewComment {
  readonly body: string;
  /** Opens a finished issue again, which wakes its agent. */
  readonly reopen?: boolean;
  /** Cancels the run that is going on. */
  readonly interrupt?: boolean;
}
