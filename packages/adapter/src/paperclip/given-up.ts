import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import type { Clock } from "@opencode-k8s/k8s-kit";
import type { ServerProcess } from "../server-process.ts";
import { PaperclipApi } from "./paperclip-api.ts";

/** How long a server may live on after SIGTERM, milliseconds: it takes up to 11 s (observed on 2026.916). */
const GOING_MS = 20_000;

/**
 * Asks whether Paperclip has given up a run that has just come to its end. At SIGTERM it does so at once, while the runs go on for up
 * to 5 s; what they come to is not wanted any more. Then it answers nobody: without an answer this takes longer than it has left.
 * @throws the signal's reason
 */
export async function isGivenUp(
  { runId, authToken }: Pick<AdapterExecutionContext, "runId" | "authToken">,
  { server, clock, signal }: { readonly server: ServerProcess; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<boolean> {
  const api = PaperclipApi.of(server, authToken);
  if (api === null) return false;
  const status = await api.runStatus(runId, signal);
  if (status === null) await clock.sleep(GOING_MS, signal);
  return status === "interrupted";
}
