import type { VerdictCode } from "./codes.ts";

/** What a rule found: a code, and what shows it. */
export interface Finding {
  readonly code: VerdictCode;
  /** OpenCode's, the provider's or our words about this run; "" where the code's meaning says all. */
  readonly words: string;
  /** Where it differs from the usual of the code. */
  readonly retry?: boolean;
  readonly retryAfterMs?: number | null;
}
