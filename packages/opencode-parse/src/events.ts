import type { JsonObject } from "./json.ts";

/**
 * What `opencode run --format json` prints, one JSON object a line, as a union told apart by `type`.
 *
 * Names are OpenCode's own. Only what was checked is typed: a member that is missing or of another type than
 * expected reads as its neutral value (null, "", 0), and the whole object, unknown members included, stays in `raw`.
 */
export type OpenCodeEvent =
  | StepStartEvent
  | TextEvent
  | ReasoningEvent
  | ToolUseEvent
  | StepFinishEvent
  | ErrorEvent
  | UnknownEvent
  | OtherLine;

/** The discriminant of {@link OpenCodeEvent}: the kind of one line of OpenCode's stdout. */
export type LineKind = OpenCodeEvent["type"];

interface EventHead {
  /** When the line was printed, in ms since the epoch. */
  readonly timestamp: number;
  /** `ses_…`; the same for all lines of a run. */
  readonly sessionID: string;
  /** The whole JSON object as it was printed. */
  readonly raw: JsonObject;
}

interface PartHead {
  /** `prt_…` */
  readonly id: string | null;
  /** `msg_…` */
  readonly messageID: string | null;
}

/** Start and end in ms since the epoch; null where OpenCode did not say. */
export interface TimeSpan {
  readonly start: number | null;
  readonly end: number | null;
}

/** A stream of the model began. Printed again for each retry in mid-stream: starts do not equal finishes. */
export interface StepStartEvent extends EventHead {
  readonly type: "step_start";
  readonly part: PartHead & {
    /** Tree hash of the work tree; null without git or with `snapshot: false`. */
    readonly snapshot: string | null;
  };
}

/** A text part is complete; there are no deltas, and no line for a text that was cut. */
export interface TextEvent extends EventHead {
  readonly type: "text";
  readonly part: PartHead & {
    readonly text: string;
    /** True for notes that OpenCode wrote itself (after a compaction); they are no answer of the model. */
    readonly synthetic: boolean;
    /** `compaction_continue: true` on the note after a compaction (since 1.14 or later). */
    readonly metadata: JsonObject;
    readonly time: TimeSpan;
  };
}

/** A reasoning part is complete; only printed with `--thinking`. */
export interface ReasoningEvent extends EventHead {
  readonly type: "reasoning";
  readonly part: PartHead & { readonly text: string; readonly time: TimeSpan };
}

/** A tool call ended. Before 1.2 failed calls were not printed at all. */
export interface ToolUseEvent extends EventHead {
  readonly type: "tool_use";
  readonly part: PartHead & {
    /** Name of the tool; `invalid` when the model named none that exists or broke the JSON of its arguments. */
    readonly tool: string;
    readonly callID: string | null;
    readonly state: ToolState;
  };
}

/** How a tool call ended. A command with an exit code other than 0 is still `completed`. */
export type ToolState = CompletedTool | FailedTool;

/** The tool ran; `metadata` depends on the tool (bash: `exit`, `truncated`). */
export interface CompletedTool {
  readonly status: "completed";
  readonly input: unknown;
  readonly output: string;
  readonly title: string | null;
  readonly metadata: JsonObject;
  readonly time: TimeSpan;
}

/** The tool refused, was denied, or broke. The run goes on, except after a rejected permission. */
export interface FailedTool {
  readonly status: "error";
  readonly input: unknown;
  readonly error: string;
  readonly metadata: JsonObject;
  readonly time: TimeSpan;
}

/** A stream of the model ended with a finish reason. */
export interface StepFinishEvent extends EventHead {
  readonly type: "step_finish";
  readonly part: PartHead & {
    /** `stop`, `tool-calls`, `length`, `content-filter`, `unknown`, or what later versions think of. */
    readonly reason: string;
    readonly snapshot: string | null;
    readonly tokens: StepTokens;
    /** US dollars by the prices in OpenCode's configuration; 0 also when it has no price for the model. */
    readonly cost: number;
  };
}

/** Tokens of one step; all disjoint, except that up to 1.2.27 `output` includes `reasoning`. */
export interface StepTokens {
  /** Missing (null) without usage from the provider, and in 1.0.185. */
  readonly total: number | null;
  readonly input: number;
  readonly output: number;
  readonly reasoning: number;
  readonly cache: { readonly read: number; readonly write: number };
}

/** The session reported an error. Not always the end: after `ContextOverflowError` a run may still answer. */
export interface ErrorEvent extends EventHead {
  readonly type: "error";
  readonly error: {
    /** `APIError`, `UnknownError`, `ContextOverflowError`, … */
    readonly name: string;
    readonly message: string;
    /** HTTP status of the provider, where there was one. */
    readonly statusCode: number | null;
    /** Whether OpenCode thinks that a retry may help; null where it did not say. */
    readonly isRetryable: boolean | null;
    /** All that came with it: `responseHeaders`, `responseBody`, `metadata`, `ref`. */
    readonly data: JsonObject;
  };
}

/** A JSON object that is no event known here: of a later version, damaged, or another program's. */
export interface UnknownEvent {
  readonly type: "unknown";
  readonly raw: JsonObject;
}

/** A line that is no JSON object: a banner, a stack trace, a line that was cut. */
export interface OtherLine {
  readonly type: "other";
  readonly line: string;
}
