import type { LineKind } from "../events.ts";

/** What is known of a run from the lines read so far. */
export interface RunSummary {
  /** `ses_…` of the first event; null as long as there was none. */
  readonly sessionId: string | null;
  /** The last text of the last finished step that the model itself wrote; null when that step has none. */
  readonly answer: string | null;
  /** Steps that finished. */
  readonly steps: number;
  /** Of the last finished step; null as long as there is none. */
  readonly finishReason: string | null;
  /** Sums over the finished steps, as OpenCode printed them. */
  readonly usage: RunUsage;
  /** US dollars; null when tokens were used and no cost was reported, because OpenCode has no price for the model. */
  readonly costUsd: number | null;
  /** The last errors of the session; `events.error` says how many there were. */
  readonly errors: readonly RunError[];
  /** The last tool calls that failed. They are news for the model, and no failure of the run. */
  readonly toolErrors: readonly ToolError[];
  /** How many lines of each kind were read. */
  readonly events: Readonly<Record<LineKind, number>>;
  /** Whether the last step has finished. False too when no step ever did. */
  readonly complete: boolean;
}

/** Tokens; no token counts twice, except that up to OpenCode 1.2.27 `output` includes `reasoning`. */
export interface RunUsage {
  readonly input: number;
  readonly output: number;
  readonly reasoning: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** An `error` event. */
export interface RunError {
  readonly name: string;
  readonly message: string;
  /** HTTP status of the provider, where there was one. */
  readonly statusCode?: number;
}

/** A `tool_use` event with the status `error`. */
export interface ToolError {
  readonly tool: string;
  readonly message: string;
}
