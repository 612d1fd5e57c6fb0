/** What is known of a claim, and of how a run uses it. */
export interface ClaimUse {
  readonly accessModes: readonly string[];
  readonly readOnly: boolean;
  /** Runs are kept on one node. */
  readonly pinned: boolean;
}

export interface AccessConcern {
  readonly kind: "unusable" | "one node";
  readonly message: string;
  readonly remedy: string;
}

/** What speaks against a claim of these access modes for many pods, such as Paperclip's and those of runs; `null`: nothing. */
export function accessConcern({ accessModes, readOnly, pinned }: ClaimUse): AccessConcern | null {
  const has = (mode: string): boolean => accessModes.includes(mode);
  if (has("ReadWriteMany") || (readOnly && has("ReadOnlyMany"))) return null;
  if (has("ReadWriteOnce")) {
    if (pinned) return null;
    return {
      kind: "one node",
      message: "its access mode is ReadWriteOnce: while one node has it, a pod on another node waits for it in vain",
      remedy:
        "Use a claim that is ReadWriteMany, or keep Paperclip and its agents on one node by nodeSelector (kubernetes.io/hostname).",
    };
  }
  if (has("ReadOnlyMany")) {
    const message = "its access mode is ReadOnlyMany, and runs are to write on it";
    return { kind: "unusable", message, remedy: "Mount it read-only, or use a claim that is ReadWriteMany." };
  }
  if (!has("ReadWriteOncePod")) return null;
  return {
    kind: "unusable",
    message:
      "its access mode is ReadWriteOncePod: one pod at a time can use it, so no run beside Paperclip or another run",
    remedy: "Use a claim that is ReadWriteMany.",
  };
}
