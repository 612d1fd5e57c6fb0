import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { abortable, deadline, systemClock } from "@opencode-k8s/k8s-kit";
import type { Delivery } from "./observe/index.ts";
import type { RunPlan } from "./plan/index.ts";
import { storable } from "./storable.ts";

/** Name of this adapter in Paperclip. */
export const ADAPTER_TYPE = "opencode_k8s";

/** Tells Paperclip what is about to run. The environment lies in the Secret, and stays out of it. */
export async function tellMeta({ onMeta }: AdapterExecutionContext, { objects, prompt, cwd }: RunPlan): Promise<void> {
  const meta = {
    adapterType: ADAPTER_TYPE,
    command: `kubectl job/${objects.job.metadata?.name ?? ""}`,
    cwd,
    prompt: storable(prompt),
    promptMetrics: { promptChars: prompt.length },
  };
  await harmless(() => onMeta?.(meta));
}

/**
 * Says where the pod is on its way: as a line of the log, and as the run's present status.
 * @param notes lines of the log that come before the first
 */
export function progressOf(
  { onRuntimeProgress }: AdapterExecutionContext,
  delivery: Delivery,
  notes: readonly string[],
): (message: string) => Promise<void> {
  let before = notes;
  return async (message) => {
    const lines = [...before, message];
    before = [];
    for (const line of lines) await delivery.say(line);
    await harmless(() => onRuntimeProgress?.({ phase: "adapter_startup", message }));
  };
}

/** A callback of Paperclip's that only informs may take this long, milliseconds. */
const INFORM_MS = 5_000;

/** What only informs costs the run nothing: neither when it fails, nor when it does not answer. */
async function harmless(inform: () => void | Promise<void> | undefined): Promise<void> {
  using limit = deadline(systemClock, INFORM_MS, "Paperclip's callback");
  try {
    await abortable(Promise.resolve(inform()), limit.signal);
  } catch {
    // See above.
  }
}
