import type { ErrorCode } from "./codes.ts";

/** What a run came to. */
export type Verdict = { readonly ok: true } | Failure;

/** `code` is stable; Paperclip and operators branch on it. */
export interface Failure {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly message: string;
  /** Paperclip tells a timeout from a failure. */
  readonly timedOut?: boolean;
  /** The session cannot be gone on with. */
  readonly sessionLost?: boolean;
  /** The cause passes by itself. */
  readonly transient?: boolean;
  /** The provider wants to be paid, or its allowance is used up: Paperclip leaves the agent idle, and tries again. */
  readonly quota?: boolean;
  /** How long the provider wants to be left alone, milliseconds; `null` where it did not say. */
  readonly retryAfterMs?: number | null;
  /** It has come so often in a row that it is not tried again: see `retry.ts`. */
  readonly givenUp?: boolean;
}
