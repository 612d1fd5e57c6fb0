import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { isLoopback } from "./loopback.ts";
import type { ServerProcess } from "./server-process.ts";

/** Bound on the question, milliseconds. */
const ANSWER_MS = 5_000;

/**
 * Asks Paperclip, where pods reach it, for whom it takes the agent by the run's token. Not its health: another Paperclip, and whatever else
 * is at that address, may be in the best of health.
 * @param apiUrl the agent's `PAPERCLIP_API_URL`
 * @returns what is wrong; `null` also where no answer comes, for the server need not reach what pods do. Never throws
 */
export async function apiProblem(
  { agent, authToken }: Pick<AdapterExecutionContext, "agent" | "authToken">,
  apiUrl: string | undefined,
  { env, fetchJson = fetch }: ServerProcess,
  signal: AbortSignal,
): Promise<string | null> {
  // The loopback is told elsewhere. Every server of Paperclip has an address of its own.
  if (!apiUrl || isLoopback(apiUrl) || !authToken || !env["PAPERCLIP_API_URL"]) return null;
  const problem = (what: string): string => `Warning: Paperclip at ${apiUrl} ${what}: check paperclipApiUrl`;
  try {
    const url = `${apiUrl.replace(/\/+$/, "").replace(/\/api$/, "")}/api/agents/me`;
    const headers = { authorization: `Bearer ${authToken}`, accept: "application/json" };
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    const response = await fetchJson(url, { headers, signal: bounded });
    if (response.status >= 500) return null;
    if (!response.ok) return problem(`does not take the run's token (HTTP ${response.status})`);
    const body = await response.json().catch(() => null);
    const id: unknown = typeof body === "object" && body !== null && "id" in body ? body.id : null;
    return id === agent.id ? null : problem("does not know the agent by the run's token");
  } catch {
    return null;
  }
}
