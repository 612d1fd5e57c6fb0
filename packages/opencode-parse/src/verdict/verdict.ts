import type { VerdictCode } from "./codes.ts";

/** What the caller knows of the end of the process. Leave out what is not known. */
export interface RunEnd {
  /** Exit code of OpenCode; null where a signal ended it. 124 and above 128 are read as ended from outside. */
  readonly exitCode: number | null;
  /** Name of the signal that ended it, e.g. `SIGTERM`. */
  readonly signal?: string | null;
  /** What it wrote to stderr, or the end of that. */
  readonly stderr?: string;
  /** Version of OpenCode, e.g. `1.18.33`. No rule needs it for the versions from 1.0.185 to 1.18.33: what they print is told apart. */
  readonly version?: string | null;
  /** Was the run to go on with a session (`--session`)? */
  readonly resumed?: boolean;
  /** The limit of steps that the agent was configured with (`steps`): only an answer in the last of them can be the limit's. */
  readonly maxSteps?: number;
}

/** What a run came to, whatever its exit code says. */
export interface Verdict {
  readonly ok: boolean;
  readonly code: VerdictCode;
  /** One or two sentences: what happened, with OpenCode's or the provider's own words. */
  readonly message: string;
  /** Can the same run succeed when it is started again, with nothing changed by anybody? */
  readonly retry: boolean;
  /** Milliseconds that the provider asked to wait before a retry; null where it did not say. */
  readonly retryAfterMs: number | null;
  /** The session cannot be gone on with: the next run needs a new one. */
  readonly sessionLost: boolean;
  /** What to do; "" for a success. */
  readonly remedy: string;
}
