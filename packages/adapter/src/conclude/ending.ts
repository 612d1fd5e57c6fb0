import type { AdapterExecutionResult } from "@paperclipai/adapter-utils";
import type { Cleaner } from "../log/index.ts";
import { CODES } from "./codes.ts";
import { familyOf, notBefore } from "./retry.ts";
import type { Failure } from "./verdict.ts";

type Ending = Pick<
  AdapterExecutionResult,
  "exitCode" | "signal" | "timedOut" | "errorMessage" | "errorCode" | "errorFamily" | "retryNotBefore"
>;

/** How OpenCode's process ended, as far as that is known. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

export const SUCCEEDED: Ending = { exitCode: 0, signal: null, timedOut: false };

/**
 * How Paperclip is told that a run failed. It reads 0 as success, 824 also null, whatever the code says: then it is 1.
 * @param now wall clock, milliseconds since the epoch
 */
export function failed(failure: Failure, { exitCode, signal }: ProcessEnd, cleaner: Cleaner, now: number): Ending {
  return {
    exitCode: exitCode === 0 || exitCode === null ? 1 : exitCode,
    signal,
    timedOut: failure.timedOut ?? false,
    errorMessage: cleaner.text(failure.message) || CODES[failure.code].meaning,
    errorCode: failure.code,
    errorFamily: familyOf(failure),
    ...notBefore(failure, now),
  };
}
