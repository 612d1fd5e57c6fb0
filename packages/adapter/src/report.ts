import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { buildInvocationEnvForLogs } from "@paperclipai/adapter-utils/server-utils";
import { abortable, deadline, systemClock } from "@opencode-k8s/k8s-kit";
import { adapterType } from "./adapter-type.ts";
import { type Cleaner, secretVariables } from "./log/index.ts";
import type { Delivery, Narrator } from "./observe/index.ts";
import type { RunPlan } from "./plan/index.ts";

/** Tells Paperclip what is about to run, for its page of the run. What is secret stays out of it. */
export async function tellMeta(ctx: AdapterExecutionContext, plan: RunPlan, cleaner: Cleaner): Promise<void> {
  const { job } = plan.objects;
  const { text, metrics } = plan.prompt;
  const stored = secretVariables(ctx);
  const env = Object.entries(plan.env).map(([name, value]): [string, string] => [
    name,
    stored.has(name) ? "***" : value,
  ]);
  const meta = {
    ...cleaner.data({
      cwd: plan.cwd,
      commandNotes: plan.notes,
      commandArgs: [...(job.spec?.template.spec?.containers[0]?.args ?? []), `<prompt of ${text.length} characters>`],
      env: buildInvocationEnvForLogs(Object.fromEntries(env)),
      prompt: text,
      context: ctx.context,
    }),
    adapterType: adapterType(),
    command: `kubectl job/${job.metadata?.name ?? ""}`,
    promptMetrics: { ...metrics },
  };
  await harmless(() => ctx.onMeta?.(meta));
}

/** Tells Paperclip what a run is doing besides what it prints. */
export function narratorOf(
  { onLog, onRuntimeProgress }: AdapterExecutionContext,
  cleaner: Cleaner,
  delivery: Delivery,
): Narrator {
  const notes: string[] = [];
  const status = (message: string): Promise<void> =>
    harmless(() => onRuntimeProgress?.({ phase: "adapter_startup", message: cleaner.text(message) }));
  const flush = async (): Promise<void> => {
    for (const line of notes.splice(0)) await delivery.say(line);
  };
  return {
    note: (message) => void notes.push(message),
    flush,
    say: async (message) => {
      notes.push(message);
      await flush();
      await status(message);
    },
    status,
    // A blank line: Paperclip takes it for output, and its transcript leaves it out.
    touch: () => harmless(() => onLog("stdout", "\n")),
  };
}

/** A callback of Paperclip's that only informs may take this long, milliseconds. */
const INFORM_MS = 5_000;

/** What only informs costs the run nothing: neither when it fails, nor when it does not answer. */
export async function harmless(inform: () => void | Promise<void> | undefined): Promise<void> {
  using limit = deadline(systemClock, INFORM_MS, "Paperclip's callback");
  try {
    await abortable(Promise.resolve(inform()), limit.signal);
  } catch {
    // See above.
  }
}
