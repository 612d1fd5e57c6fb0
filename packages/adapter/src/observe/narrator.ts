import type { Receipt } from "@opencode-k8s/job-manifest";

/** Tells Paperclip what a run is doing besides what it prints. What it is told is no line of OpenCode, and not counted. */
export interface Narrator {
  /** As a line of the log, before the next one. */
  readonly note: (message: string) => void;
  /** What was noted and has not been told yet, now. @throws as `say` */
  readonly flush: () => Promise<void>;
  /** As a line of the log, and as the run's present status. @throws the reason of the signal that ends the delivery */
  readonly say: (message: string) => Promise<void>;
  /** As the run's present status only. Never rejects. */
  readonly status: (message: string) => Promise<void>;
  /** Shows that the run is alive, and leaves nothing to read. Never rejects. */
  readonly touch: () => Promise<void>;
}

const WARNINGS: Readonly<Record<string, string>> = {
  git_missing: "The image has no git: the agent could not use version control.",
  rg_missing: "The image has no ripgrep: OpenCode searched files by other means, or not at all.",
  workdir_read_only: "The working directory could not be written to.",
  orphans_ended: "Programs that the agent had left running were ended with the run.",
  database_unreadable:
    "OpenCode could not use its database: that is kept aside, and the sessions in it are lost to it.",
  database_newer: "A newer OpenCode had migrated the database: that is kept aside, and this one has begun a new one.",
  database_over_limit: "OpenCode's database had passed its limit: it was removed, and its sessions with it.",
  database_unchecked: "OpenCode's database could not be checked, and was used as it is.",
  database_disk_full:
    "The disk under OpenCode's sessions was full at its end: raise `agentDbStorageCapacity` or `scratch.database`, or make room on the volume.",
  disk_full: "The disk under OpenCode's output was full at its end: part of what it printed was never written.",
  session_elsewhere: "The session was made in another working directory, where OpenCode would have hung.",
};

/** What whoever reads the run should know of it, as the program in the pod saw it. */
export function receiptNotes({ freshSession = false, copy = null, warnings = [] }: Receipt): string[] {
  const fresh = "The session that was to be gone on with is not to be had: the run has begun a new one.";
  const sentences = copy !== null && "failed" in copy ? { ...WARNINGS, copy_failed: notCopied(copy.failed) } : WARNINGS;
  const others = warnings.map((warning) => sentences[warning] ?? `The program in the pod warns: ${warning}.`);
  return [...(freshSession ? [fresh] : []), ...others];
}

function notCopied(reason: string): string {
  return `What OpenCode printed could not be copied to the shared claim: ${reason.trim()}.`;
}
