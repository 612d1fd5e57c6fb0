import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import {
  asString,
  buildPaperclipEnv,
  parseObject,
  readPaperclipIssueWorkModeFromContext,
  stringifyPaperclipWakePayload,
} from "@paperclipai/adapter-utils/server-utils";

/** Who the agent is, which run this is, and what woke it: variables of Paperclip, those that are empty left out. */
export function wakeEnv({ agent, runId, context, authToken }: AdapterExecutionContext): Record<string, string> {
  const first = (...keys: string[]): string => keys.map((key) => asString(context[key], "").trim()).find(Boolean) ?? "";
  const known: Record<string, string> = {
    ...buildPaperclipEnv(agent),
    PAPERCLIP_API_KEY: authToken ?? "",
    PAPERCLIP_RUN_ID: runId,
    PAPERCLIP_TASK_ID: first("taskId", "issueId"),
    PAPERCLIP_ISSUE_WORK_MODE: readPaperclipIssueWorkModeFromContext(context) ?? "",
    PAPERCLIP_WAKE_REASON: first("wakeReason"),
    PAPERCLIP_WAKE_COMMENT_ID: first("wakeCommentId", "commentId"),
    PAPERCLIP_APPROVAL_ID: first("approvalId"),
    PAPERCLIP_APPROVAL_STATUS: first("approvalStatus"),
    PAPERCLIP_LINKED_ISSUE_IDS: list(context.issueIds)
      .filter((id) => typeof id === "string" && id.trim() !== "")
      .join(","),
    PAPERCLIP_WAKE_PAYLOAD_JSON: stringifyPaperclipWakePayload(context.paperclipWake) ?? "",
    PAPERCLIP_RUNTIME_SERVICE_INTENTS_JSON: json(list(context.paperclipRuntimeServiceIntents)),
    PAPERCLIP_RUNTIME_SERVICES_JSON: json(list(context.paperclipRuntimeServices)),
    PAPERCLIP_RUNTIME_PRIMARY_URL: first("paperclipRuntimePrimaryUrl"),
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== ""));
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string" || hasFields(item)) : [];
}

function hasFields(value: unknown): boolean {
  return Object.keys(parseObject(value)).length > 0;
}

function json(items: readonly unknown[]): string {
  return items.length === 0 ? "" : JSON.stringify(items);
}
