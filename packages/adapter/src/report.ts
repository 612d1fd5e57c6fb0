import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import type { Delivery } from "./observe/index.ts";
import type { RunPlan } from "./plan/index.ts";

/** Name of this adapter in Paperclip. */
export const ADAPTER_TYPE = "opencode_k8s";

/** Tells Paperclip what is about to run. The environment lies in the Secret, and stays out of it. */
export async function tellMeta({ onMeta }: AdapterExecutionContext, { objects, prompt, cwd }: RunPlan): Promise<void> {
  const meta = {
    adapterType: ADAPTER_TYPE,
    command: `kubectl job/${objects.job.metadata?.name ?? ""}`,
    cwd,
    prompt: prompt.replaceAll("\0", "\uFFFD").toWellFormed(),
    promptMetrics: { promptChars: prompt.length },
  };
  // A callback that fails costs the run nothing.
  await onMeta?.(meta).catch(() => undefined);
}

/** Says where the pod is on its way: as a line of the log, and as the run's present status. */
export function progressOf(
  { onRuntimeProgress }: AdapterExecutionContext,
  delivery: Delivery,
): (message: string) => Promise<void> {
  return async (message) => {
    await delivery.say(message);
    try {
      await onRuntimeProgress?.({ phase: "adapter_startup", message });
    } catch {
      // As above.
    }
  };
}
