import { isForbidden, type JobWatch } from "@opencode-k8s/k8s-kit";
import { GuardError } from "./exclusion-error.ts";

/**
 * Waits until the Jobs and pods of the namespace are seen.
 * @throws GuardError where the right is missing; KubernetesError; the signal's reason
 */
export async function seeRuns(watch: JobWatch, signal: AbortSignal): Promise<void> {
  try {
    await watch.synced(signal);
  } catch (error) {
    if (isForbidden(error)) throw new GuardError(error, "list and watch of jobs (batch) and of pods");
    throw error;
  }
}
