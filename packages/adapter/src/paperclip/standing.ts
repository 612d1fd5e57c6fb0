import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import type { ServerProcess } from "../server-process.ts";
import { PaperclipApi } from "./paperclip-api.ts";

/** What Paperclip wants of a run that has come to its end: its result; nothing any more; or it does not say. */
export type Standing = "open" | "given_up" | "unknown";

/** The result is held up no longer than this, milliseconds. */
const ANSWER_MS = 2_000;

/**
 * Asks whether Paperclip still takes the result of a run. At SIGTERM it gives all runs up at once, while they go on for up to 5 s; then
 * it answers nobody.
 *
 * To be asked, and waited for, before the result is handed over: for each request with the token of a run that is under way
 * 2026.916.1 locks the issue and then the run, and where it stores a result the run and then the issue. Both at once, and PostgreSQL
 * ends one of them ("deadlock detected"): often the result is lost, and the run failed (seen in one of some forty runs).
 */
export async function standingOf(
  { runId, authToken }: Pick<AdapterExecutionContext, "runId" | "authToken">,
  server: ServerProcess,
): Promise<Standing> {
  const api = PaperclipApi.of(server, authToken);
  if (api === null) return "open";
  const status = await api.runStatus(runId, AbortSignal.timeout(ANSWER_MS));
  if (status === null) return "unknown";
  return status === "interrupted" ? "given_up" : "open";
}
