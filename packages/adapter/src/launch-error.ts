/** What became of the Job of a launch that failed: seen to be gone with its pods, deleted, or perhaps still there. */
export type TakenBack = "gone" | "deleted" | "left behind";

/** A launch failed after its Job was, or may have been, made. */
export class LaunchError extends Error {
  override readonly name = "LaunchError";
  /** What to add to the cause's message. */
  readonly note: string;
  readonly takenBack: TakenBack;

  constructor(cause: unknown, takenBack: TakenBack, { namespace = "", name = "" }: Named) {
    const note =
      takenBack === "left behind" ? `Job ${name} in namespace ${namespace} may still be there: delete it.` : "";
    const why = cause instanceof Error ? cause.message : String(cause);
    super(note === "" ? why : `${why}. ${note}`, { cause });
    this.note = note;
    this.takenBack = takenBack;
  }
}

/** What a Job is called. */
export interface Named {
  readonly namespace?: string;
  readonly name?: string;
}
