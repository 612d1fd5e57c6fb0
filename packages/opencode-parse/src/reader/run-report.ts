import type { LineKind } from "../events.ts";

/** What is known of a run from the lines read so far. */
export interface RunReport {
  /** `ses_…` of the first event; null as long as there was none. */
  readonly sessionId: string | null;
  /** The last text of the last finished step that the model itself wrote; null when that step has none. */
  readonly answer: string | null;
  /** Steps that finished. */
  readonly steps: number;
  /** Of the last finished step; null as long as there is none. */
  readonly finishReason: string | null;
  /** Sums over the finished steps; corrected where an old version counted twice, see `corrections`. */
  readonly usage: RunUsage;
  /**
   * US dollars; null when tokens were used and no cost was reported, because OpenCode has no price for the model. Where
   * only some steps have a price (a compaction by another model), it is the sum of these.
   */
  readonly costUsd: number | null;
  /** The last errors of the session; `events.error` says how many there were. */
  readonly errors: readonly RunError[];
  /** The last tool calls that failed. They are news for the model, and no failure of the run. */
  readonly toolErrors: readonly ToolError[];
  /** `provider/model` of the sub-agents that answered; OpenCode does not print the model of the run itself. */
  readonly models: readonly string[];
  /** How many lines of each kind were read; a blank line is `other`, too. */
  readonly events: Readonly<Record<LineKind, number>>;
  /** Whether the last step has finished. False too when no step ever did. */
  readonly complete: boolean;
  /** Whether the last line that is not blank is the beginning of an event: stdout was cut. */
  readonly cutLine: boolean;
  /** The last lines that are no events and not blank, shortened: old versions ask for a permission there, and stderr may go the same way. */
  readonly otherLines: readonly string[];
  /** Notes of OpenCode itself after it had shortened the conversation (texts with `synthetic: true`). */
  readonly compactions: number;
  /** Lines over `maxLineBytes`: not looked at, and counted as `other`. What they said is missing here. */
  readonly oversizedLines: number;
  readonly loop: RunLoop;
  /** What differs from what was printed; empty for versions that count right. */
  readonly corrections: readonly Correction[];
}

/** What a caller needs to stop a run that goes in circles or costs too much. Without texts: cheaper than a report. */
export interface RunProgress extends Pick<RunReport, "steps" | "usage" | "costUsd" | "loop"> {
  /** What reached its limit, see `unknownFinishLimit` and `sameToolCallLimit`; null as long as nothing did. */
  readonly looping: "unknown_finish" | "same_tool_call" | null;
}

/** Tokens; no token counts twice. */
export interface RunUsage {
  /** Without what came from the cache. */
  readonly input: number;
  /** Without reasoning. */
  readonly output: number;
  readonly reasoning: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** An `error` event. */
export interface RunError {
  readonly name: string;
  readonly message: string;
  /** HTTP status of the provider; null where there was none. */
  readonly statusCode: number | null;
  /** OpenCode's own word; null where it said nothing. */
  readonly retryable: boolean | null;
  /** Milliseconds that the provider asked to wait (`retry-after`, `retry-after-ms`); null where it did not. */
  readonly retryAfterMs: number | null;
  /** `code`, else `type`, of the error in the provider's response body, e.g. `insufficient_quota`. */
  readonly providerCode: string | null;
  /** `metadata.code`: `ECONNRESET`, `ProviderHeaderTimeoutError`, … */
  readonly code: string | null;
  /** Steps that had finished before: one that finished later shows that the run went on. */
  readonly afterSteps: number;
}

/** A `tool_use` event with the status `error`. */
export interface ToolError {
  readonly tool: string;
  readonly message: string;
  /** Steps that had finished before. */
  readonly afterSteps: number;
}

/** Signs that a run goes in circles, as they stand at the last line. Counts only; what is too many is the caller's to say. */
export interface RunLoop {
  /** Steps in a row, up to the last one, that finished with the reason `unknown`: OpenCode asks again at once, for ever. */
  readonly unknownFinishes: number;
  /**
   * Tool calls in a row, up to the last one, with the same tool and the same input, failed ones and those of one response
   * included. Steps and texts may lie between. Calls that take turns (edit, test, edit, test) do not count: whoever works
   * does so, too. Bound them by `steps`.
   */
  readonly sameToolCalls: number;
  /** The tool of those calls; null before the first call. */
  readonly tool: string | null;
}

/**
 * Up to OpenCode 1.2.27 `tokens.output` includes `reasoning`, and the cost counts reasoning twice.
 * - `output_tokens`: so many were subtracted from what was printed as output
 * - `cost`: so many US dollars were subtracted from what was printed as cost (the price of output was given)
 * - `cost_unknown`: the printed cost counts reasoning twice, and without the price of output it could not be corrected:
 *   `costUsd` is an upper bound
 */
export type Correction =
  | { readonly kind: "output_tokens"; readonly tokens: number }
  | { readonly kind: "cost"; readonly usd: number }
  | { readonly kind: "cost_unknown" };
