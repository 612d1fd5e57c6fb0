import type { ExecutionResult } from "../world/heartbeat.ts";

/** What Paperclip 2026.916 does with a result: docs/errors.md, "Who tries again". */
export function paperclipDoes({ resultJson, executionRecovery, ...result }: ExecutionResult): string {
  const isCancelled = (resultJson?.executionCancellation as { state?: string } | undefined)?.state === "acknowledged";
  const family = result.errorFamily ?? null;
  if (result.exitCode === 0 && !result.errorCode) return "takes the result";
  if (result.errorCode === "k8s_detached") return "a later run goes on with the Job";
  if (isCancelled) return executionRecovery?.kind === "interrupted" ? "cancelled, no hold" : "cancelled, holds";
  if (result.errorCode === "configuration_incomplete") return "blocks the issue";
  if (resultJson?.conversationContinuation) return "goes on with the session";
  if (executionRecovery?.kind === "bootstrap") return family === null ? "begins again, once" : "tries again, twice";
  return family === null ? "holds" : "holds; 2026.824 tries again";
}
