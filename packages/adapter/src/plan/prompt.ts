import type { AdapterExecutionContext } from "@paperclipai/adapter-utils";
import {
  asString,
  DEFAULT_PAPERCLIP_AGENT_PROMPT_TEMPLATE,
  DEFAULT_PAPERCLIP_CONVERSATION_PROMPT_TEMPLATE,
  isPaperclipRecoveryWakePayload,
  joinPromptSections,
  renderPaperclipWakePrompt,
  renderTemplate,
  selectPaperclipTaskMarkdown,
} from "@paperclipai/adapter-utils/server-utils";
import type { RunConfig } from "../config/index.ts";
import { storable } from "../log/index.ts";

export interface RunPrompt {
  readonly text: string;
  /** Characters of it and of each of its parts, by the names of Paperclip's own adapters. */
  readonly metrics: Readonly<Record<string, number>>;
  /** What whoever reads the run should know of it. */
  readonly notes: readonly string[];
}

/** A comment may have been cut in the middle of a character. */
const REPLACED = "What the agent is asked had a NUL, or half of a character: U+FFFD stands in its place.";

/**
 * What the agent is asked, in the order of Paperclip's own adapters (`opencode_local` of 2026.916): what a new session begins
 * with, what woke the agent, its task, what the last session handed over, and the rules of a heartbeat. Who goes on with a
 * session, or is to recover from a failure, was told the rules, or is told others.
 * @param resumed whether the run goes on with a session
 */
export function runPrompt(
  { agent, runId, context }: Pick<AdapterExecutionContext, "agent" | "runId" | "context">,
  config: Pick<RunConfig, "promptTemplate" | "bootstrapPromptTemplate">,
  resumed: boolean,
): RunPrompt {
  const conversationMode = context.conversationMode === true;
  const rules = conversationMode
    ? DEFAULT_PAPERCLIP_CONVERSATION_PROMPT_TEMPLATE
    : DEFAULT_PAPERCLIP_AGENT_PROMPT_TEMPLATE;
  const { promptTemplate = rules, bootstrapPromptTemplate = "" } = config;
  const data = {
    agentId: agent.id,
    companyId: agent.companyId,
    runId,
    company: { id: agent.companyId },
    agent,
    run: { id: runId, source: "on_demand" },
    context,
  };
  const task = selectPaperclipTaskMarkdown(context, { resumedSession: resumed });
  const wake = renderPaperclipWakePrompt(context.paperclipWake, {
    conversationMode,
    resumedSession: resumed,
    // The task has it.
    suppressIssueDescription: task !== "",
  });
  const bootstrap = resumed ? "" : renderTemplate(bootstrapPromptTemplate, data).trim();
  const handoff = asString(context.paperclipSessionHandoffMarkdown, "").trim();
  const knowsTheRules = (resumed && wake !== "") || isPaperclipRecoveryWakePayload(context.paperclipWake);
  const heartbeat = knowsTheRules ? "" : renderTemplate(promptTemplate, data);
  const asked = joinPromptSections([bootstrap, wake, task, handoff, heartbeat]);
  const text = storable(asked);
  return {
    text,
    notes: text === asked ? [] : [REPLACED],
    metrics: {
      promptChars: text.length,
      bootstrapPromptChars: bootstrap.length,
      wakePromptChars: wake.length,
      taskContextChars: task.length,
      sessionHandoffChars: handoff.length,
      heartbeatPromptChars: heartbeat.length,
    },
  };
}
