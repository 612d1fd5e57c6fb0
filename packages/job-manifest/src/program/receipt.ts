import { PROTOCOL } from "../labels.ts";

/** Value of `type` in the receipt. */
export const RECEIPT_TYPE = "opencode_k8s.receipt";

/** The last line of a run's log: what the program in the pod says about the run of OpenCode. */
export interface Receipt {
  type: typeof RECEIPT_TYPE;
  protocol: typeof PROTOCOL;
  /** Exit code of OpenCode; `null` when a signal ended it. 78: it never ran (see the termination message). */
  exitCode: number | null;
  /** The signal that ended OpenCode, such as `SIGTERM`. */
  signal: string | null;
  /** Lines before the receipt. A line that OpenCode left without its newline was given one, and counts. */
  lines: number;
  /** Bytes of those lines, newlines included. */
  bytes: number;
  /** Peak memory of the whole container in bytes, page cache included; `null` where the kernel does not tell. */
  peakMemoryBytes: number | null;
  /** Milliseconds from the program's start to the receipt. */
  durationMs: number;
  /** `null` when it could not be found out without running OpenCode once more. */
  opencodeVersion: string | null;
  /** Why the program ended OpenCode; `null` when it did not. */
  stopReason: "timeout" | "terminated" | "output_limit" | null;
  /**
   * OpenCode did not know the session to go on with, and began a new one. Missing in receipts from before this was done.
   */
  freshSession?: boolean;
  /** The copy of the events on the shared claim; `null` where none was asked for. Missing in receipts from before there were any. */
  copy?: OutputCopied | null;
  /**
   * What makes the run poorer, but did not keep OpenCode from running: `git_missing`, `rg_missing`, `workdir_read_only`,
   * `orphans_ended`, `session_elsewhere`, `copy_failed`; `disk_full`, where events found no room, so that the log lacks what
   * OpenCode could not write, and `database_disk_full`; and of the database, which was begun anew, `database_unreadable`,
   * `database_newer` and `database_over_limit`, or could not be looked at, `database_unchecked`. A later program may have
   * others. Missing in receipts from before there were any.
   */
  warnings?: readonly string[];
}

/** A copy that is whole, or why there is none, in words. */
export type OutputCopied =
  | {
      /** Of the file, from the top of the volume as it was mounted. An agent can forge it: open no file by it unseen. */
      path: string;
      /** As many as the receipt counts. */
      bytes: number;
    }
  | { failed: string };

const STOP_REASONS: readonly unknown[] = [null, "timeout", "terminated", "output_limit"];

/** The receipt that the line is; `null` for every other line, also one that only resembles a receipt. */
export function parseReceipt(line: string): Receipt | null {
  // Most lines are none, and some are megabytes long: do not parse those.
  if (!line.startsWith(`{"type":"${RECEIPT_TYPE}",`) || line.length > 4096) return null;
  let value: Unchecked;
  try {
    value = JSON.parse(line) as Unchecked;
  } catch {
    return null;
  }
  return isReceipt(value) ? value : null;
}

type Unchecked = { [Member in keyof Receipt]: unknown };

function isReceipt(value: Unchecked): value is Receipt {
  const ended = value.signal === null ? isCount(value.exitCode) && value.exitCode <= 255 : value.exitCode === null;
  return (
    value.type === RECEIPT_TYPE &&
    value.protocol === PROTOCOL &&
    ended &&
    (value.signal === null || (typeof value.signal === "string" && /^SIG[A-Z0-9+-]+$/.test(value.signal))) &&
    isCount(value.lines) &&
    isCount(value.bytes) &&
    value.bytes >= value.lines &&
    (value.peakMemoryBytes === null || isCount(value.peakMemoryBytes)) &&
    isCount(value.durationMs) &&
    (value.opencodeVersion === null || typeof value.opencodeVersion === "string") &&
    STOP_REASONS.includes(value.stopReason) &&
    (value.freshSession === undefined || typeof value.freshSession === "boolean") &&
    (value.copy === undefined || value.copy === null || isCopied(value.copy)) &&
    (value.warnings === undefined || isTexts(value.warnings))
  );
}

function isCopied(value: unknown): value is OutputCopied {
  if (typeof value !== "object" || value === null) return false;
  const { path, bytes, failed } = value as { path?: unknown; bytes?: unknown; failed?: unknown };
  return typeof failed === "string" || (typeof path === "string" && isCount(bytes));
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
