import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import { parseObject } from "@paperclipai/adapter-utils/server-utils";
import { createHash } from "node:crypto";

/** On a Job: what its run was woken with, as digests with blanks between them. */
export const WAKE = "paperclip.io/wake";

/** What of a wake changes what the agent is asked, besides the task itself and its comments. */
const WORDS = ["approvalId", "approvalStatus", "interactionKind", "interactionStatus", "executionStage", "instruction"];

/**
 * What a wake brings that a prompt could lack: the task's text, comments, approvals, answers, the wish to begin anew. As
 * digests, because a Job shows it to everybody who may list Jobs.
 */
export function wakeOf({ context }: Pick<AdapterExecutionContext, "context">): readonly string[] {
  const { title, description } = parseObject(context.paperclipIssue);
  const { comments, agentMessage } = parseObject(context.paperclipWake);
  const commentIds = [
    ...listOf(context.wakeCommentIds),
    ...listOf(comments).map((comment) => parseObject(comment).id),
    context.wakeCommentId,
    context.commentId,
  ];
  const brought: [string, unknown][] = [
    ["task", title || description ? [title, description] : null],
    ["message", agentMessage],
    ["fresh", context.forceFreshSession === true ? true : null],
    ...commentIds.map((id): [string, unknown] => ["comment", id]),
    ...WORDS.map((word): [string, unknown] => [word, context[word]]),
  ];
  const said = brought.filter(([, value]) => value !== undefined && value !== null && value !== "");
  return [...new Set(said.map((each) => digest(JSON.stringify(each))))].toSorted();
}

/** Had the run of that wake all that this one brings? */
export function knewAll(annotation: string | undefined, wake: readonly string[]): boolean {
  if (annotation === undefined) return false;
  const known = new Set(annotation.split(" "));
  return wake.every((each) => known.has(each));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
