import type { JobRef } from "@opencode-k8s/k8s-kit";

/** A run's Job, as its result names it (`resultJson.job`). */
export interface JobAccount {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** An earlier run made it. */
  readonly adopted?: true;
  /** It was left alone, and a later run is to go on with it. */
  readonly left?: true;
}

export function jobAccount(
  { namespace, name, uid, adopted }: JobRef & { readonly adopted: boolean },
  left: boolean,
): JobAccount {
  return { namespace, name, uid, ...(adopted && { adopted }), ...(left && { left }) };
}

/** The uid of the Job whose end a run's result tells; `null` where it tells of none, or left the Job to a later run. */
export function endedJob(resultJson: unknown): string | null {
  const { job } = (resultJson ?? {}) as { job?: Partial<JobAccount> | null };
  return job?.left ? null : (job?.uid ?? null);
}
