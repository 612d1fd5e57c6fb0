import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { isLoopback } from "../loopback.ts";
import type { ServerProcess } from "../server-process.ts";
import { isOk, PaperclipApi } from "./paperclip-api.ts";

/**
 * Asks Paperclip, where pods reach it, for whom it takes the agent by the run's token. Not its health: another Paperclip, and whatever else
 * is at that address, may be in the best of health.
 * @param apiUrl the agent's `PAPERCLIP_API_URL`
 * @returns what is wrong; `null` also where no answer comes, for the server need not reach what pods do. Never throws
 */
export async function apiProblem(
  { agent, authToken }: Pick<AdapterExecutionContext, "agent" | "authToken">,
  apiUrl: string | undefined,
  { env, fetchJson }: ServerProcess,
  signal: AbortSignal,
): Promise<string | null> {
  // The loopback is told elsewhere. Every server of Paperclip has an address of its own.
  if (!apiUrl || isLoopback(apiUrl) || !authToken || !env["PAPERCLIP_API_URL"]) return null;
  const problem = (what: string): string => `Warning: Paperclip at ${apiUrl} ${what}: check paperclipApiUrl`;
  const answer = await new PaperclipApi(apiUrl, authToken, fetchJson).agent(signal);
  if (answer === null || answer.status >= 500) return null;
  if (!isOk(answer)) return problem(`does not take the run's token (HTTP ${answer.status})`);
  return answer.body["id"] === agent.id ? null : problem("does not know the agent by the run's token");
}
